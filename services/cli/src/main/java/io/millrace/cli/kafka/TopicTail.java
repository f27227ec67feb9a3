package io.millrace.cli.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the last committed records of a topic. Keeps {@link #MAX_BYTES} of them in memory at most;
 * of the rest it knows where they are, and reads them again one at a time.
 */
public final class TopicTail {

  /** The most bytes of keys and values that are kept between the two readings. */
  static final long MAX_BYTES = 32L << 20;

  private static final Duration POLL = Duration.ofMillis(200);

  /** Oldest first; records of one time by partition and offset, so that two runs agree. */
  private static final Comparator<Entry> BY_TIME =
      Comparator.comparingLong((Entry entry) -> entry.timestamp)
          .thenComparingInt(entry -> entry.place.partition())
          .thenComparingLong(entry -> entry.offset);

  /** A record's place, and the record itself while there is room for it. */
  private static final class Entry {
    private final TopicPartition place;
    private final long offset;
    private final long timestamp;
    private @Nullable ConsumerRecord<byte[], byte[]> record;

    Entry(ConsumerRecord<byte[], byte[]> record) {
      this.place = new TopicPartition(record.topic(), record.partition());
      this.offset = record.offset();
      this.timestamp = record.timestamp();
    }
  }

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final long count;
  private final Map<TopicPartition, Long> beginnings;
  private final Map<TopicPartition, Long> ends;
  private final PriorityQueue<Entry> newest = new PriorityQueue<>(BY_TIME);
  private final Map<TopicPartition, Long> found = new HashMap<>();
  private long bytes;

  /** What the last poll brought when records were read again: the next ones are often among it. */
  private ConsumerRecords<byte[], byte[]> again = ConsumerRecords.empty();

  private TopicTail(KafkaConsumer<byte[], byte[]> consumer, long count) {
    this.consumer = consumer;
    this.count = count;
    this.ends = consumer.endOffsets(consumer.assignment());
    this.beginnings = consumer.beginningOffsets(consumer.assignment());
  }

  /**
   * Reads the last records, oldest first, and leaves the consumer at the present end of the topic.
   *
   * @param consumer assigned to the topic's partitions
   * @param count the maximum number of records
   * @param visitor is given each; returns whether to go on
   */
  public static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      long count,
      Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    var tail = new TopicTail(consumer, count);
    tail.find();
    tail.visit(visitor);
    tail.ends.forEach(consumer::seek);
  }

  private void find() {
    // Transaction markers take offsets too, one per transaction: look farther back until there are
    // enough records.
    for (long window = 2 * count + 16; true; window *= 8) {
      long back = window;
      ends.forEach(
          (partition, end) -> consumer.seek(partition, Math.max(begin(partition), end - back)));
      readToEnds();
      boolean enough =
          ends.entrySet().stream()
              .allMatch(end ->
                  begin(end.getKey()) >= end.getValue() - back
                      || found.getOrDefault(end.getKey(), 0L) >= count);
      if (enough) {
        return;
      }
    }
  }

  private void readToEnds() {
    newest.clear();
    found.clear();
    bytes = 0;
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        add(record);
      }
    }
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    var entry = new Entry(record);
    if (record.offset() >= ends.getOrDefault(entry.place, 0L)) {
      return;
    }
    found.merge(entry.place, 1L, Long::sum);
    newest.add(entry);
    if (bytes + size(record) <= MAX_BYTES) {
      entry.record = record;
      bytes += size(record);
    }
    if (newest.size() > count) {
      Entry oldest = newest.remove();
      bytes -= oldest.record == null ? 0 : size(oldest.record);
    }
  }

  private void visit(Predicate<ConsumerRecord<byte[], byte[]>> visitor) {
    List<Entry> entries = new ArrayList<>(newest);
    entries.sort(BY_TIME);
    newest.clear();
    var all = consumer.assignment();
    for (Entry entry : entries) {
      ConsumerRecord<byte[], byte[]> record =
          entry.record == null ? readAgain(entry) : entry.record;
      entry.record = null;
      if (record != null && !visitor.test(record)) {
        break;
      }
    }
    consumer.resume(all);
  }

  /** Null if it is gone from the topic by now. */
  private @Nullable ConsumerRecord<byte[], byte[]> readAgain(Entry entry) {
    ConsumerRecord<byte[], byte[]> record = amongThoseReadAgain(entry);
    if (record != null) {
      return record;
    }
    consumer.pause(consumer.assignment());
    consumer.resume(List.of(entry.place));
    consumer.seek(entry.place, entry.offset);
    while (record == null && consumer.position(entry.place) <= entry.offset) {
      again = ConsumerRecords.empty();
      again = consumer.poll(POLL);
      record = amongThoseReadAgain(entry);
    }
    return record;
  }

  private @Nullable ConsumerRecord<byte[], byte[]> amongThoseReadAgain(Entry entry) {
    for (ConsumerRecord<byte[], byte[]> record : again.records(entry.place)) {
      if (record.offset() == entry.offset) {
        return record;
      }
    }
    return null;
  }

  private long begin(TopicPartition partition) {
    return beginnings.getOrDefault(partition, 0L);
  }

  private static long size(ConsumerRecord<byte[], byte[]> record) {
    return Math.max(0, record.serializedKeySize())
        + (long) Math.max(0, record.serializedValueSize());
  }
}
