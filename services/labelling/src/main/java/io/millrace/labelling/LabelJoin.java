package io.millrace.labelling;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.records.Sha256;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStoreWithHeaders;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Joins the subjects of one partition with their labels and forwards each pair once.
 *
 * <p>A record of a subject ({@link #addExample}):
 *
 * <ol>
 *   <li>If its offset is not above the last one written for the subject, it was written before:
 *       count it and stop.
 *   <li>Take the label inside the record; without one, the last label sent for the subject.
 *   <li>Without either, store the record until its label comes. It replaces an older record of the
 *       subject.
 *   <li>With a label, remove the subject's stored record, if any; store the offset as written and
 *       forward the example.
 * </ol>
 *
 * <p>A label ({@link #addLabel}):
 *
 * <ol>
 *   <li>Store it as the subject's label. It stays, since a later record of the subject is a new
 *       example with the same label.
 *   <li>If a record of the subject is stored, remove it; store its offset as written and forward
 *       the example.
 * </ol>
 *
 * <p>A label inside a record wins over a label sent for the subject, and holds for that record
 * only.
 *
 * <p>Every entry of the three stores has the {@link TaskTime} at which it was stored, whatever time
 * its record had: so a record with an old or a wrong timestamp is kept as long as any other. {@link
 * #evict} and {@link #writeUnlabelled} scan the stores, O(entries) each. Not thread-safe.
 */
final class LabelJoin implements AutoCloseable {

  /** The last record of each subject that has no label yet, payload and headers included. */
  static final String UNLABELLED_SUBJECTS = "unlabelled-subjects";

  /** The last label sent for each subject. */
  static final String LABELS = "labels";

  /** For each subject and partition of its topic, the last offset written as an example. */
  static final String WRITTEN_OFFSETS = "written-offsets";

  /** Begins the keys, which no subject has, of what topics had which ids at first. */
  private static final String FIRST_TOPIC = "first-topic/";

  private final ProcessorContext<String, JoinInput.Example> context;
  private final LabellingStats stats;
  private final TaskTime time;
  private final TimestampedKeyValueStoreWithHeaders<String, JoinInput.Example> unlabelled;
  private final TimestampedKeyValueStore<String, String> labels;
  private final TimestampedKeyValueStore<String, Long> writtenOffsets;
  private long unlabelledCount;

  /** A join over the stores of the context's partition. */
  LabelJoin(
      ProcessorContext<String, JoinInput.Example> context, TaskTime time, LabellingStats stats) {
    this.context = context;
    this.time = time;
    this.stats = stats;
    this.unlabelled = context.getStateStore(UNLABELLED_SUBJECTS);
    this.labels = context.getStateStore(LABELS);
    this.writtenOffsets = context.getStateStore(WRITTEN_OFFSETS);
    try (var all = unlabelled.all()) {
      all.forEachRemaining(_ -> unlabelledCount++);
    }
    addToCount(0);
  }

  /** Takes a record of a subject; its key is the subject. */
  void addExample(Record<String, JoinInput> record, JoinInput.Example example) {
    String subject = record.key();
    if (isWritten(subject, example.source(), SourceTopic.of(record.headers()))) {
      stats.subjectRepeated();
      return;
    }
    String label = example.label() == null ? storedLabel(subject) : example.label();
    if (label == null) {
      store(record, example);
    } else {
      if (removeUnlabelled(subject)) {
        stats.subjectReplaced();
      }
      write(subject, example.labelled(label), record.headers(), null);
    }
  }

  /** Takes a label sent for a subject; the record's key is the subject. */
  void addLabel(Record<String, JoinInput> record, String label) {
    String subject = record.key();
    labels.put(subject, ValueAndTimestamp.make(label, time.millis()));
    ValueTimestampHeaders<JoinInput.Example> found = unlabelled.get(subject);
    if (found != null) {
      removeUnlabelled(subject);
      write(subject, found.value().labelled(label), found.headers(), record.headers());
    }
  }

  /** Takes a subject's deletion: its stored record will not become an example. */
  void delete(String subject) {
    removeUnlabelled(subject);
  }

  /**
   * Drops what is kept of a subject but for the offset up to which it was written, by which a
   * record that is read again is known.
   */
  void forget(String subject) {
    removeUnlabelled(subject);
    labels.delete(subject);
  }

  private @Nullable String storedLabel(String subject) {
    ValueAndTimestamp<String> found = labels.get(subject);
    return found == null ? null : found.value();
  }

  private void store(Record<String, JoinInput> record, JoinInput.Example example) {
    ValueTimestampHeaders<JoinInput.Example> entry =
        ValueTimestampHeaders.make(example, time.millis(), record.headers());
    if (unlabelled.putIfAbsent(record.key(), entry) == null) {
      addToCount(1);
    } else {
      unlabelled.put(record.key(), entry);
      stats.subjectReplaced();
    }
  }

  private boolean removeUnlabelled(String subject) {
    boolean removed = unlabelled.delete(subject) != null;
    if (removed) {
      addToCount(-1);
    }
    return removed;
  }

  /**
   * Sends an example.
   *
   * @param headers those that were made of the subject's record
   * @param label those of the label that completed it, if that came later
   */
  private void write(
      String subject, JoinInput.Example example, Headers headers, @Nullable Headers label) {
    writtenOffsets.put(
        SourceTopic.key(offsetKey(subject, example.source()), SourceTopic.of(headers)),
        ValueAndTimestamp.make(example.source().getOffset(), time.millis()));
    stats.exampleWritten(example.label() != null);
    Traces.stored(headers, label, "example");
    // Its own time is among the headers.
    context.forward(new Record<>(subject, example, time.millis(), headers));
  }

  private boolean isWritten(String subject, Source source, String topicId) {
    String key = offsetKey(subject, source);
    return isAtMost(source.getOffset(), writtenOffsets.get(SourceTopic.key(key, topicId)))
        || (isTopicOfEarlierBuild(source.getTopic(), topicId)
            && isAtMost(source.getOffset(), writtenOffsets.get(key)));
  }

  private static boolean isAtMost(long offset, @Nullable ValueAndTimestamp<Long> last) {
    return last != null && offset <= last.value();
  }

  /**
   * Whether the offsets that an earlier build has stored, without a topic's id, are of this
   * incarnation: they are of the first that this build met.
   */
  private boolean isTopicOfEarlierBuild(String topic, String topicId) {
    if (topicId.isEmpty()) {
      return false;
    }
    String key = FIRST_TOPIC + topic;
    ValueAndTimestamp<Long> first = writtenOffsets.get(key);
    long hash = ByteBuffer.wrap(Sha256.digest().digest(topicId.getBytes(UTF_8))).getLong();
    if (first == null) {
      writtenOffsets.put(key, ValueAndTimestamp.make(hash, time.millis()));
    }
    return first == null || first.value() == hash;
  }

  private static String offsetKey(String subject, Source source) {
    return subject + "@" + source.getTopic() + "-" + source.getPartition();
  }

  /** Forwards, without a label, the images that were stored up to a time of the task. */
  void writeUnlabelled(long upToMillis) {
    try (KeyValueIterator<String, ValueTimestampHeaders<JoinInput.Example>> all =
        unlabelled.all()) {
      while (all.hasNext()) {
        KeyValue<String, ValueTimestampHeaders<JoinInput.Example>> entry = all.next();
        if (entry.value.timestamp() <= upToMillis
            && entry.value.value() instanceof JoinInput.OfImage image) {
          removeUnlabelled(entry.key);
          write(entry.key, image, entry.value.headers(), null);
        }
      }
    }
  }

  /** Removes the entries that were stored up to a time of the task. */
  void evict(long upToMillis) {
    try (KeyValueIterator<String, ValueTimestampHeaders<JoinInput.Example>> all =
        unlabelled.all()) {
      while (all.hasNext()) {
        KeyValue<String, ValueTimestampHeaders<JoinInput.Example>> entry = all.next();
        if (entry.value.timestamp() <= upToMillis) {
          removeUnlabelled(entry.key);
          stats.subjectEvicted();
        }
      }
    }
    StoreExpiry.evict(labels, upToMillis, stats::labelEvicted);
    StoreExpiry.evict(writtenOffsets, upToMillis, () -> {});
  }

  private void addToCount(int change) {
    unlabelledCount += change;
    stats.unlabelledSubjects(context.taskId().partition(), unlabelledCount);
  }

  /** The partition leaves this process. */
  @Override
  public void close() {
    stats.partitionLeft(context.taskId().partition());
  }
}
