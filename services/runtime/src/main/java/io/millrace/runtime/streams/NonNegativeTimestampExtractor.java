package io.millrace.runtime.streams;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Extracts a record's timestamp, or 0 (1970) where its producer has set none (-1 on the log). Kafka
 * Streams' default extractor would stop the service there.
 */
public final class NonNegativeTimestampExtractor implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    return Math.max(0, record.timestamp());
  }
}
