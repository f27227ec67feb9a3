package io.millrace.search;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.TopicIdWatch;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentEmbeddings;
import io.millrace.search.index.IndexStats;
import io.millrace.search.index.UnitVector;
import io.millrace.search.index.VectorIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code document-vectors} into an index. Each commit of the index keeps the position in the
 * topic ({@link IndexCheckpoint}); an index that cannot be resumed from there is rebuilt. Other
 * topics, whose content is held in memory, are read from their beginning. For one thread.
 */
final class VectorTopicReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VectorTopicReader.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final VectorIndex index;
  private final DocumentEmbeddings embeddings;
  private final Map<String, RecordHandler> otherTopics;
  private final IndexStats stats;
  private final LongSupplier clock;
  private final Consumer<byte[], byte[]> consumer;
  private final VectorTopic topic;
  private final Set<String> names;
  private final TopicIdWatch ids;
  private final List<TopicPartition> vectors;
  private final Map<TopicPartition, Long> starts = new HashMap<>();
  private final Map<TopicPartition, Long> ends;
  private final AvroCodec<DocumentVector> avro = AvroCodec.of(DocumentVector.class);
  private long caughtUpAtMillis;
  private boolean isCaughtUp;

  /** Handles the records of a topic. */
  interface RecordHandler {
    /** Handles a record; returns whether it could be used. */
    boolean handle(byte @Nullable [] key, byte @Nullable [] value);
  }

  /**
   * Opens the topics and decides where to resume.
   *
   * @param embeddings get the changes after the first catch-up
   * @param otherTopics handlers of the topics that are read from their beginning, by name
   */
  VectorTopicReader(
      Settings settings,
      VectorIndex index,
      DocumentEmbeddings embeddings,
      Map<String, RecordHandler> otherTopics,
      IndexStats stats) {
    this.index = index;
    this.embeddings = embeddings;
    this.otherTopics = Map.copyOf(otherTopics);
    this.stats = stats;
    this.clock = settings.clock();
    String name = settings.topics().documentVectors().name();
    this.names = new HashSet<>(otherTopics.keySet());
    names.add(name);
    this.ids = TopicIdWatch.start(settings, SearchConfig.NAME, names);
    this.consumer = KafkaClients.reader(settings);
    try {
      this.topic = VectorTopic.of(settings, name);
      this.vectors = new ArrayList<>(CommittedReader.partitions(consumer, name));
      List<TopicPartition> all = new ArrayList<>(vectors);
      otherTopics
          .keySet()
          .forEach(other -> all.addAll(CommittedReader.partitions(consumer, other)));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      this.ends = consumer.endOffsets(all);
      resume();
      all.forEach(partition -> starts.put(partition, consumer.position(partition)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void resume() {
    long now = clock.getAsLong();
    Optional<IndexCheckpoint> last = IndexCheckpoint.from(index.commitData());
    Optional<String> reason =
        last.flatMap(position ->
            topic.reasonNotToResume(
                position, byPartition(consumer.beginningOffsets(vectors)), byPartition(ends), now));
    if (last.isPresent() && reason.isEmpty()) {
      caughtUpAtMillis = last.get().caughtUpAtMillis();
      last.get()
          .next()
          .forEach((partition, offset) ->
              consumer.seek(new TopicPartition(vectors.getFirst().topic(), partition), offset));
      return;
    }
    reason.ifPresent(why -> LOG.info("rebuilding the index: {}", why));
    index.clear();
    caughtUpAtMillis = now;
    if (reason.isPresent()) {
      stats.recordRebuild();
    }
  }

  private Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .filter(entry -> vectors.contains(entry.getKey()))
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  /** The consumer, for its metrics and to wake it up. */
  Consumer<byte[], byte[]> consumer() {
    return consumer;
  }

  /**
   * Reads the records that have come, also of partitions that were added.
   *
   * @param wait whether to wait a moment if there are none
   * @return whether the index has changed
   * @throws io.millrace.runtime.settings.IncompatibleStateException if a topic was deleted and
   *     created again
   */
  boolean pollOnce(boolean wait) {
    ids.requireSame();
    assignAdded();
    boolean changed = false;
    for (ConsumerRecord<byte[], byte[]> record : poll(wait)) {
      stats.recordRead();
      RecordHandler other = otherTopics.get(record.topic());
      if (other == null) {
        changed |= counted(apply(record));
      } else {
        counted(other.handle(record.key(), record.value()));
      }
    }
    if (!isCaughtUp) {
      isCaughtUp =
          ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
    return changed;
  }

  private ConsumerRecords<byte[], byte[]> poll(boolean wait) {
    try {
      return consumer.poll(wait ? POLL : Duration.ZERO);
    } catch (InvalidOffsetException e) {
      throw ids.cause(e);
    }
  }

  /** Reads partitions that were added from their beginning. */
  private void assignAdded() {
    List<TopicPartition> added = new ArrayList<>();
    Set<TopicPartition> assigned = consumer.assignment();
    for (String topic : names) {
      IntStream.range(0, ids.partitions(topic))
          .mapToObj(partition -> new TopicPartition(topic, partition))
          .filter(partition -> !assigned.contains(partition))
          .forEach(added::add);
    }
    if (added.isEmpty()) {
      return;
    }
    LOG.info("reading partitions that were added: {}", added);
    List<TopicPartition> all = new ArrayList<>(assigned);
    all.addAll(added);
    consumer.assign(all);
    consumer.seekToBeginning(added);
    String name = vectors.getFirst().topic();
    added.stream().filter(it -> it.topic().equals(name)).forEach(vectors::add);
  }

  private boolean counted(boolean usable) {
    if (!usable) {
      stats.recordSkipped();
    }
    return usable;
  }

  private boolean apply(ConsumerRecord<byte[], byte[]> record) {
    if (!(Subject.ofDocument(record.key()) instanceof Decoded.Valid<Subject>(Subject subject))) {
      return false;
    }
    byte @Nullable [] value = record.value();
    if (value == null) {
      index.remove(subject.id());
      if (isCaughtUp) {
        embeddings.remove(subject.id());
      }
      return true;
    }
    if (avro.decode(value) instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)
        && isUsable(vector)) {
      index.put(subject.id(), vector, value);
      if (isCaughtUp) {
        embeddings.put(subject.id(), vector);
      }
      return true;
    }
    return false;
  }

  private static boolean isUsable(DocumentVector vector) {
    return vector.getTerms().size() == vector.getWeights().size()
        && Double.isFinite(UnitVector.squares(vector.getWeights()));
  }

  /** Whether the index has all records that there were at the start. */
  boolean isCaughtUp() {
    return isCaughtUp;
  }

  /** How much of them the index has, 0 to 1. */
  double progress() {
    double all = 0;
    double done = 0;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      long start = starts.getOrDefault(end.getKey(), 0L);
      all += Math.max(0, end.getValue() - start);
      done += Math.max(0, consumer.position(end.getKey()) - start);
    }
    return all == 0 ? 1 : Math.min(1, done / all);
  }

  /** Commits the index with its position. */
  void commit() {
    if (vectors.stream().allMatch(this::isAtEnd)) {
      caughtUpAtMillis = clock.getAsLong();
    }
    Map<Integer, Long> next = new HashMap<>();
    vectors.forEach(partition -> next.put(partition.partition(), consumer.position(partition)));
    index.commit(new IndexCheckpoint(topic.id(), next, caughtUpAtMillis).toMap());
  }

  private boolean isAtEnd(TopicPartition partition) {
    return consumer.currentLag(partition).orElse(Long.MAX_VALUE) == 0;
  }

  @Override
  public void close() {
    ids.close();
    consumer.close();
  }
}
