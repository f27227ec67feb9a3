/**
 * Kafka clients with the guarantees that every service relies on. Start reading at {@link
 * io.millrace.runtime.kafka.KafkaClients}, which makes them.
 *
 * <ul>
 *   <li>{@link io.millrace.runtime.kafka.BoundedConsumer} bounds the memory of a poll, however far
 *       a compressed record batch unpacks.
 *   <li>{@link io.millrace.runtime.kafka.CommittedReader} reads a topic from its beginning to its
 *       end.
 *   <li>{@link io.millrace.runtime.kafka.Transactions} sends records and offsets in one
 *       transaction. Opening it fences whoever used the same transactional id before; this is what
 *       stops a stalled trainer, or a stalled instance with a static name, from committing.
 * </ul>
 */
@NullMarked
package io.millrace.runtime.kafka;

import org.jspecify.annotations.NullMarked;
