/**
 * {@code millrace models}: lists and exports published versions; imports, resets and closes the
 * step of a model in training. Start reading at {@link io.millrace.cli.models.ModelsCommand}.
 */
@NullMarked
package io.millrace.cli.models;

import org.jspecify.annotations.NullMarked;
