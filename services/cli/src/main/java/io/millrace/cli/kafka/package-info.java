/**
 * Kafka clients for commands: connecting to a cluster, reading the last records of a topic, sending
 * records. Keys and values are bytes. Start reading at {@link
 * io.millrace.cli.kafka.ClusterConnection}.
 */
@NullMarked
package io.millrace.cli.kafka;

import org.jspecify.annotations.NullMarked;
