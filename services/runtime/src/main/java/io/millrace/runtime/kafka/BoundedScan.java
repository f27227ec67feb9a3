package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a range of each of some partitions, one partition after the other, and keeps no record. */
public final class BoundedScan {

  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> from;
  private final Map<TopicPartition, Long> ends;

  private BoundedScan(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> ends) {
    this.consumer = consumer;
    this.from = from;
    this.ends = ends;
  }

  /** Is given each record. */
  public interface Visitor {
    /** Returns whether to go on. */
    boolean visit(ConsumerRecord<byte[], byte[]> record);
  }

  /**
   * A scan.
   *
   * @param from the first offset of each partition that is read
   * @param ends the offset before which it ends
   */
  public static BoundedScan of(
      KafkaConsumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> ends) {
    return new BoundedScan(consumer, Map.copyOf(from), Map.copyOf(ends));
  }

  /**
   * Reads until the end, or until the visitor returns false. Assigns other partitions to the
   * consumer.
   *
   * @param progress is given the share that has been read, 0 to 1
   * @throws org.apache.kafka.common.errors.TimeoutException if the broker no longer answers
   */
  public void forEach(Visitor visitor, DoubleConsumer progress) {
    long all = from.keySet().stream().mapToLong(this::length).sum();
    long before = 0;
    for (TopicPartition partition : from.keySet().stream().sorted(BoundedScan::compare).toList()) {
      if (!read(partition, visitor, before, all, progress)) {
        return;
      }
      before += length(partition);
    }
  }

  private boolean read(
      TopicPartition partition, Visitor visitor, long before, long all, DoubleConsumer progress) {
    long end = ends.getOrDefault(partition, 0L);
    long start = from.getOrDefault(partition, 0L);
    consumer.assign(List.of(partition));
    consumer.seek(partition, start);
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end && !visitor.visit(record)) {
          return false;
        }
      }
      progress.accept(
          (double) (before + Math.min(end, consumer.position(partition)) - start) / all);
    }
    return true;
  }

  private long length(TopicPartition partition) {
    return Math.max(0, ends.getOrDefault(partition, 0L) - from.getOrDefault(partition, 0L));
  }

  private static int compare(TopicPartition a, TopicPartition b) {
    int topics = a.topic().compareTo(b.topic());
    return topics == 0 ? Integer.compare(a.partition(), b.partition()) : topics;
  }
}
