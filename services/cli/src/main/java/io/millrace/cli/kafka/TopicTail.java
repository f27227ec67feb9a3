package io.millrace.cli.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the last committed records of a topic. */
public final class TopicTail {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Oldest first; records of one time by partition and offset, so that two runs agree. */
  private static final Comparator<ConsumerRecord<?, ?>> BY_TIME =
      Comparator.<ConsumerRecord<?, ?>>comparingLong(ConsumerRecord::timestamp)
          .thenComparingInt(ConsumerRecord::partition)
          .thenComparingLong(ConsumerRecord::offset);

  private TopicTail() {}

  /**
   * Reads the last records, and leaves the consumer at the present end of the topic.
   *
   * @param consumer assigned to the topic's partitions
   * @param count the maximum number of records
   */
  public static List<ConsumerRecord<byte[], byte[]>> read(
      KafkaConsumer<byte[], byte[]> consumer, long count) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(consumer.assignment());
    // Transaction markers take offsets too, one per transaction: look farther back until there are
    // enough records.
    long window = 2 * count + 16;
    while (true) {
      long back = window;
      ends.forEach((partition, end) ->
          consumer.seek(partition, Math.max(beginnings.getOrDefault(partition, 0L), end - back)));
      List<ConsumerRecord<byte[], byte[]>> records = upTo(consumer, ends);
      boolean enough =
          ends.entrySet().stream()
              .allMatch(end ->
                  beginnings.getOrDefault(end.getKey(), 0L) >= end.getValue() - back
                      || in(end.getKey(), records) >= count);
      if (enough) {
        records.sort(BY_TIME);
        int from = (int) Math.max(0, records.size() - count);
        return List.copyOf(records.subList(from, records.size()));
      }
      window *= 8;
    }
  }

  private static TopicPartition place(ConsumerRecord<?, ?> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static long in(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().filter(record -> record.partition() == partition.partition()).count();
  }

  private static List<ConsumerRecord<byte[], byte[]>> upTo(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < ends.getOrDefault(place(record), 0L)) {
          records.add(record);
        }
      }
    }
    ends.forEach(consumer::seek);
    return records;
  }
}
