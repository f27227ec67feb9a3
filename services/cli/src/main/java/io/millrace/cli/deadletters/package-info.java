/**
 * {@code millrace dead-letters}: lists unusable records and sends them again. {@link
 * io.millrace.runtime.deadletters.replay} reads them and does it. Start reading at {@link
 * io.millrace.cli.deadletters.DeadLettersCommand}.
 */
@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
