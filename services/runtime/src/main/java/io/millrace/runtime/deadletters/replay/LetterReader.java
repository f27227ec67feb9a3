package io.millrace.runtime.deadletters.replay;

import static java.util.Objects.requireNonNull;

import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.kafka.BoundedScan;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.BiPredicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Reads dead letters one after the other, up to the end that the topic had when this was made, and
 * knows which were sent again. Keeps one poll of letters in memory, which is bounded, and three
 * bits for each offset. Partition by partition, each in its order.
 */
public final class LetterReader implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final Uuid topicId;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> beginnings;
  private final Map<TopicPartition, Long> ends;
  private final LetterStates states;
  private final ReadingProgress progress;

  private LetterReader(Settings settings, ReadingProgress progress) {
    this.topic = settings.topics().deadLetters().name();
    this.topicId = topicId(settings);
    this.progress = progress;
    this.consumer = KafkaClients.reader(settings);
    try {
      this.partitions = CommittedReader.partitions(consumer, topic);
      consumer.assign(partitions);
      this.beginnings = consumer.beginningOffsets(partitions);
      this.ends = consumer.endOffsets(partitions);
      this.states = new LetterStates(topicId, beginnings);
      scan(
          "reading dead-letters",
          beginnings,
          record -> {
            states.add(record);
            return true;
          });
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Reads all once, to learn which were sent again. */
  public static LetterReader open(Settings settings, ReadingProgress progress) {
    return new LetterReader(settings, progress);
  }

  /** The beginnings of the partitions. */
  public Map<TopicPartition, Long> beginnings() {
    return beginnings;
  }

  /** The coordinates of a letter. */
  public Replays.Place place(Letter letter) {
    return Replays.Place.of(topicId, letter.record());
  }

  /**
   * Visits letters until the visitor returns false.
   *
   * @param activity for the progress
   * @param from the first offset of each partition
   */
  public void forEach(
      String activity,
      Map<TopicPartition, Long> from,
      BiPredicate<Letter, LetterStates.State> visitor) {
    scan(
        activity,
        from,
        record ->
            states.of(record).map(state -> visitor.test(new Letter(record), state)).orElse(true));
  }

  /** Visits all letters. */
  public void forEach(String activity, BiPredicate<Letter, LetterStates.State> visitor) {
    forEach(activity, beginnings, visitor);
  }

  /** Reads one letter again. */
  public Letter at(int partition, long offset) {
    var found = new Letter[1];
    var where = new TopicPartition(topic, partition);
    BoundedScan.of(consumer, Map.of(where, offset), Map.of(where, offset + 1))
        .forEach(
            record -> {
              found[0] = new Letter(record);
              return false;
            },
            _ -> {});
    return Objects.requireNonNull(
        found[0], () -> "the dead letter " + partition + "-" + offset + " is gone");
  }

  private void scan(String activity, Map<TopicPartition, Long> from, BoundedScan.Visitor visitor) {
    BoundedScan.of(consumer, from, ends).forEach(visitor, done -> progress.show(activity, done));
    progress.clear();
  }

  @Override
  public void close() {
    consumer.close();
  }

  /** The id of {@code dead-letters}, for the coordinates of letters. */
  public static Uuid topicId(Settings settings) {
    String topic = settings.topics().deadLetters().name();
    try (Admin admin = KafkaClients.admin(settings)) {
      return requireNonNull(admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))
          .topicId();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while asking for the topic " + topic, e);
    }
  }

  /** Whether a record is a letter, and not a marker. */
  static boolean isLetter(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(Replays.MARKER) == null;
  }
}
