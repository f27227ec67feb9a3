/**
 * Turns a record that cannot be used into a dead letter. Start reading at {@link
 * io.millrace.runtime.deadletters.DeadLetters}: it makes the record on {@code dead-letters} from
 * the original key, value and headers, and adds who refused it, its topic, partition and offset,
 * and the reason. The one service that reports an input topic's bad records calls it; all other
 * readers skip and count them.
 */
@NullMarked
package io.millrace.runtime.deadletters;

import org.jspecify.annotations.NullMarked;
