package io.millrace.runtime.kafka;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the committed records of a topic from its beginning to its end. */
public final class CommittedReader {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private CommittedReader() {}

  /** Is given each record; those of a partition in their order. */
  public interface Visitor {
    void visit(String key, byte @Nullable [] value, long timestamp);
  }

  /**
   * Reads up to the last committed record before any open transaction. Does not wait.
   *
   * @throws KafkaException if the topic cannot be read
   */
  public static void readStable(Settings settings, String topic, Visitor visitor) {
    readStable(settings, topic, visitor, done -> {});
  }

  /**
   * The same, with progress.
   *
   * @param progress is called repeatedly with the share that has been read, 0 to 1
   */
  public static void readStable(
      Settings settings, String topic, Visitor visitor, DoubleConsumer progress) {
    read(settings, topic, IsolationLevel.READ_COMMITTED, visitor, progress);
  }

  /**
   * Reads all records written by now, and waits for open transactions to end: the caller's last
   * commit may lie after the beginning of such a transaction, where readers of committed records do
   * not see it yet.
   *
   * @throws TimeoutException if a transaction stays open
   * @throws KafkaException if the topic cannot be read
   */
  public static void readWritten(Settings settings, String topic, Visitor visitor) {
    read(settings, topic, IsolationLevel.READ_UNCOMMITTED, visitor, done -> {});
  }

  private static void read(
      Settings settings,
      String topic,
      IsolationLevel upTo,
      Visitor visitor,
      DoubleConsumer progress) {
    try (var consumer = KafkaClients.reader(settings)) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      Map<TopicPartition, Long> ends = ends(settings, partitions, upTo);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!reached(consumer, ends)) {
        var records = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          if (record.key() != null) {
            var key = new String(record.key(), StandardCharsets.UTF_8);
            visitor.visit(key, record.value(), record.timestamp());
          }
        }
        progress.accept(progress(consumer, ends));
        if (!records.isEmpty()) {
          deadline = System.nanoTime() + PATIENCE.toNanos();
        } else if (System.nanoTime() > deadline) {
          throw new TimeoutException(
              "no further record of "
                  + topic
                  + " became readable within "
                  + PATIENCE.toMinutes()
                  + " minutes: look for a hanging transaction with `kafka-transactions.sh"
                  + " find-hanging`");
        }
      }
    }
  }

  /** All partitions of a topic. */
  public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .sorted((a, b) -> Integer.compare(a.partition(), b.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IncompatibleStateException(
          "the topic " + topic + " does not exist: create it with `millrace topics apply`");
    }
    return partitions;
  }

  /** Whether a consumer has read up to the ends. */
  public static boolean reached(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** By offsets, of which compaction may have removed any share. */
  private static double progress(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    double all = 0;
    double done = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      all += end.getValue();
      done += Math.min(end.getValue(), consumer.position(end.getKey()));
    }
    return all == 0 ? 1 : done / all;
  }

  /**
   * The ends of partitions' logs: the next offset that a record will get.
   *
   * @param upTo committed: the end before any open transaction
   */
  public static Map<TopicPartition, Long> ends(
      Settings settings, List<TopicPartition> partitions, IsolationLevel upTo) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    try (var admin = KafkaClients.admin(settings)) {
      Map<TopicPartition, Long> ends = new HashMap<>();
      KafkaFutures.await(admin.listOffsets(latest, new ListOffsetsOptions(upTo)).all())
          .forEach((partition, info) -> ends.put(partition, info.offset()));
      return ends;
    }
  }
}
