package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Removes the headers of records whose headers are too long, and notes it in a header of its own.
 * Headers are copied to what is made of a record, so that long ones would spread.
 */
final class HeaderLimiter {

  /** The longest headers of a record, in bytes: names and values together. */
  static final int MAX_BYTES = 1 << 18;

  /** A header's object, its name's and its arrays', beside their content. */
  private static final int OBJECT_BYTES = 96;

  private HeaderLimiter() {}

  /** The size of names and values in bytes, if all names are ASCII. */
  static long size(Headers headers) {
    long size = 0;
    for (Header header : headers) {
      byte[] value = header.value();
      size += header.key().length() + (value == null ? 0 : value.length);
    }
    return size;
  }

  /** About the memory that headers take: a few bytes of a batch become an object each. */
  static long memoryBytes(Headers headers) {
    long bytes = size(headers);
    for (Header _ : headers) {
      bytes += OBJECT_BYTES;
    }
    return bytes;
  }

  /** The records; where headers are too long, a note stands in their place. */
  static ConsumerRecords<byte[], byte[]> limit(ConsumerRecords<byte[], byte[]> polled) {
    boolean allShort = true;
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      allShort &= size(record.headers()) <= MAX_BYTES;
    }
    if (allShort) {
      return polled;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
    for (TopicPartition partition : polled.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> bounded = new ArrayList<>();
      polled.records(partition).forEach(record -> bounded.add(limited(record)));
      records.put(partition, bounded);
    }
    return new ConsumerRecords<>(records, polled.nextOffsets());
  }

  private static ConsumerRecord<byte[], byte[]> limited(ConsumerRecord<byte[], byte[]> record) {
    long size = size(record.headers());
    if (size <= MAX_BYTES) {
      return record;
    }
    var headers = new RecordHeaders();
    EventHeaders.text(record.headers(), DeadLetters.CUT)
        .filter(note -> note.length() <= MAX_BYTES / 2)
        .ifPresent(note -> DeadLetters.noteCut(headers, note));
    DeadLetters.noteCut(headers, "headers of %d bytes removed".formatted(size));
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        headers,
        record.leaderEpoch());
  }
}
