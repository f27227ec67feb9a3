/**
 * Sends dead letters again. Start reading at {@link
 * io.millrace.runtime.deadletters.replay.LetterReplay}: it chooses letters, leaves out those that
 * would undo something newer, and sends the others in transactions that remember it. {@link
 * io.millrace.runtime.deadletters.replay.LetterReader} reads letters and knows which were sent
 * again.
 */
@NullMarked
package io.millrace.runtime.deadletters.replay;

import org.jspecify.annotations.NullMarked;
