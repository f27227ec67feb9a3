/**
 * Services that are Kafka Streams topologies. Start reading at {@link
 * io.millrace.runtime.streams.StreamsService}, which runs a topology exactly-once; the other
 * classes are what it configures Kafka Streams with.
 */
@NullMarked
package io.millrace.runtime.streams;

import org.jspecify.annotations.NullMarked;
