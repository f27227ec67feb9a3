/**
 * {@code millrace dead-letters}: lists unusable records and sends them again. {@link
 * io.millrace.runtime.deadletters.replay} reads them and does it.
 */
@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
