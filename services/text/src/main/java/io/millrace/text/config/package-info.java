/**
 * The settings of the text service. Start reading at {@link io.millrace.text.config.TextConfig}.
 */
@NullMarked
package io.millrace.text.config;

import org.jspecify.annotations.NullMarked;
