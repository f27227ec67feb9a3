package io.millrace.runtime.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * A record's time for Kafka Streams: its own, or 1970 where a client has left it out (-1 on the
 * log), which by default would stop the service.
 */
public final class NonNegativeTimestampExtractor implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
