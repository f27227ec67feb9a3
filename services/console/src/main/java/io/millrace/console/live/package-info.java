/**
 * What happens on the topics, kept for a while and passed on as it happens. Start reading at {@link
 * io.millrace.console.live.LiveTopics}: one consumer without a group reads the ends of the topics
 * ({@link io.millrace.console.live.TailReader}), each topic's {@link io.millrace.console.live.Tail}
 * decodes its records into a memory that is bounded by number and bytes, and {@link
 * io.millrace.console.live.EventHub} sends them to those who listen.
 */
@NullMarked
package io.millrace.console.live;

import org.jspecify.annotations.NullMarked;
