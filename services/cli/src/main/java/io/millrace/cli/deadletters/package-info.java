/**
 * {@code millrace dead-letters}: lists unusable records and sends them again. Start at {@link
 * io.millrace.cli.deadletters.LetterReader}, which reads them and knows which were sent again, and
 * at {@link io.millrace.cli.deadletters.LetterReplay}.
 */
@NullMarked
package io.millrace.cli.deadletters;

import org.jspecify.annotations.NullMarked;
