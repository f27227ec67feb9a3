package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.deadletters.replay.ReplayCandidate.TopicKey;
import io.millrace.runtime.kafka.BoundedScan;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Tells which dead letters would undo something newer if they were sent again: the last record of a
 * key counts, in the services and in compaction. Reads the topics of the candidates, and keeps of
 * each of their keys the last place in each partition. Of a topic that was deleted and created
 * again since, only times are compared: offsets and what is missing say nothing. In a copy on
 * another cluster a record has another offset and the same time, and what is missing counts.
 */
final class NewerRecords implements AutoCloseable {

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Uuid deadLetters;
  private final Set<String> compacted;
  private final ReadingProgress progress;
  private final Map<TopicKey, Map<Integer, Last>> keys = new HashMap<>();
  private final Map<TopicPartition, Long> read = new HashMap<>();

  /** The last record of a key in a partition, and the dead letter that it was, if it was one. */
  private record Last(long offset, long time, Optional<Replays.Place> letter) {

    /** Whether it is what a replay of the candidate has sent before. */
    private boolean isCopyOf(ReplayCandidate candidate, Uuid deadLetters) {
      return letter.isPresent()
          && letter.get().topic().equals(deadLetters)
          && letter.get().partition() == candidate.letterPartition()
          && letter.get().offset() == candidate.letterOffset();
    }
  }

  /**
   * Of no candidates yet.
   *
   * @param compacted the full names of compacted topics
   */
  NewerRecords(Settings settings, Set<String> compacted, ReadingProgress progress) {
    this.deadLetters = LetterReader.topicId(settings);
    this.consumer = KafkaClients.reader(settings);
    this.compacted = compacted;
    this.progress = progress;
  }

  /** Begins with other candidates: reads their topics from the beginning. */
  void begin(Collection<ReplayCandidate> candidates) {
    keys.clear();
    read.clear();
    candidates.forEach(it -> it.topicKey().ifPresent(key -> keys.put(key, new HashMap<>(2))));
    List<TopicPartition> partitions = new ArrayList<>();
    keys.keySet().stream()
        .map(TopicKey::topic)
        .distinct()
        .forEach(topic -> partitions.addAll(CommittedReader.partitions(consumer, topic)));
    read.putAll(consumer.beginningOffsets(partitions));
    update();
  }

  /** Reads what has come since. */
  void update() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(read.keySet());
    BoundedScan.of(consumer, read, ends)
        .forEach(
            record -> {
              add(record);
              return true;
            },
            done -> progress.show("looking for newer records of their keys", done));
    progress.clear();
    read.putAll(ends);
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    Map<Integer, Last> lasts = keys.get(TopicKey.of(record.topic(), record.key()));
    if (lasts != null) {
      Optional<Replays.Place> letter = Replays.parent(record.headers());
      lasts.put(record.partition(), new Last(record.offset(), record.timestamp(), letter));
    }
  }

  /**
   * What a candidate would undo: the place of a newer record; empty if nothing.
   *
   * @param candidate one of those that this began with
   */
  Optional<String> supersededBy(ReplayCandidate candidate) {
    if (candidate.topicKey().isEmpty()) {
      return Optional.empty();
    }
    Map<Integer, Last> lasts = keys.getOrDefault(candidate.topicKey().get(), Map.of());
    for (Map.Entry<Integer, Last> last : lasts.entrySet()) {
      if (last.getValue().isCopyOf(candidate, deadLetters)) {
        return Optional.empty();
      }
      boolean newer =
          last.getKey() == candidate.partition() && !candidate.isOfAnotherTopic()
              ? last.getValue().offset() > candidate.offset()
              : last.getValue().time() > candidate.time();
      if (newer) {
        return Optional.of(
            candidate.topic() + "-" + last.getKey() + "-" + last.getValue().offset());
      }
    }
    Last own = lasts.get(candidate.partition());
    // Compaction keeps the last record of a key, so one that is gone was replaced or deleted, and
    // the deletion may be gone too.
    return isGone(candidate, own) && compacted.contains(candidate.topic())
        ? Optional.of("a record that is gone")
        : Optional.empty();
  }

  private static boolean isGone(ReplayCandidate candidate, @Nullable Last own) {
    if (candidate.isOfAnotherCluster()) {
      return own == null || own.time() != candidate.time();
    }
    return !candidate.isOfAnotherTopic() && (own == null || own.offset() != candidate.offset());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
