package io.millrace.search;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.IncompatibleStateException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an index up to what {@code document-vectors} says, and goes on. The position in the log is
 * kept with each commit of the index; an index that cannot go on from there is begun anew. Other
 * topics, of which memory holds what they say, are read from their beginning beside it. For one
 * thread.
 */
final class VectorTopicReader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VectorTopicReader.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final VectorIndex index;
  private final DocumentEmbeddings embeddings;
  private final Map<String, RecordHandler> others;
  private final IndexStats figures;
  private final Consumer<byte[], byte[]> consumer;
  private final VectorTopic log;
  private final List<TopicPartition> vectors;
  private final Map<TopicPartition, Long> starts = new HashMap<>();
  private final Map<TopicPartition, Long> ends;
  private final AvroCodec<DocumentVector> avro = AvroCodec.of(DocumentVector.class);
  private long completeAtMillis;
  private boolean caughtUp;

  /** Takes in the records of a topic. */
  interface RecordHandler {
    /** Tells whether the record can be used. */
    boolean handle(byte @Nullable [] key, byte @Nullable [] value);
  }

  /**
   * Finds out from where to go on.
   *
   * @param embeddings are told what changes once this has all that there was
   * @param others what takes in the topics that are read from their beginning, by name
   */
  VectorTopicReader(
      Settings settings,
      VectorIndex index,
      DocumentEmbeddings embeddings,
      Map<String, RecordHandler> others,
      IndexStats figures) {
    this.index = index;
    this.embeddings = embeddings;
    this.others = Map.copyOf(others);
    this.figures = figures;
    String topic = settings.topics().documentVectors().name();
    this.consumer = KafkaClients.reader(settings);
    try {
      this.log = VectorTopic.of(settings, topic);
      this.vectors = partitions(topic);
      List<TopicPartition> all = new ArrayList<>(vectors);
      others.keySet().forEach(other -> all.addAll(partitions(other)));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      this.ends = consumer.endOffsets(all);
      resume();
      all.forEach(partition -> starts.put(partition, consumer.position(partition)));
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  private List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IncompatibleStateException(
          "the topic " + topic + " does not exist; make it with `millrace topics apply`");
    }
    return partitions;
  }

  private void resume() {
    long now = System.currentTimeMillis();
    Optional<IndexCheckpoint> last = IndexCheckpoint.from(index.commitData());
    Optional<String> refusal =
        last.flatMap(position ->
            log.reasonNotToResume(
                position, byNumber(consumer.beginningOffsets(vectors)), byNumber(ends), now));
    if (last.isPresent() && refusal.isEmpty()) {
      completeAtMillis = last.get().caughtUpAtMillis();
      last.get()
          .next()
          .forEach((partition, offset) ->
              consumer.seek(new TopicPartition(vectors.getFirst().topic(), partition), offset));
      return;
    }
    refusal.ifPresent(why -> LOG.info("the index is made anew: {}", why));
    index.clear();
    completeAtMillis = now;
    if (refusal.isPresent()) {
      figures.recordRebuild();
    }
  }

  private Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .filter(entry -> vectors.contains(entry.getKey()))
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  /** The consumer, for its figures and to wake it up. */
  Consumer<byte[], byte[]> consumer() {
    return consumer;
  }

  /**
   * Takes in what there is; tells whether the index has changed.
   *
   * @param wait whether to wait a moment for it if there is nothing
   */
  boolean pollOnce(boolean wait) {
    boolean changed = false;
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait ? POLL : Duration.ZERO)) {
      figures.recordRead();
      RecordHandler other = others.get(record.topic());
      if (other == null) {
        changed |= counted(apply(record));
      } else {
        counted(other.handle(record.key(), record.value()));
      }
    }
    if (!caughtUp) {
      caughtUp =
          ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
    return changed;
  }

  private boolean counted(boolean usable) {
    if (!usable) {
      figures.recordSkipped();
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
      if (caughtUp) {
        embeddings.remove(subject.id());
      }
      return true;
    }
    if (avro.decode(value) instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)
        && isUsable(vector)) {
      index.put(subject.id(), vector, value);
      if (caughtUp) {
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

  /** Whether the index has all that there was when this feed began. */
  boolean isCaughtUp() {
    return caughtUp;
  }

  /** How much of it the index has, 0 to 1. */
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

  /** Makes the index last as it is, with the position. */
  void commit() {
    if (vectors.stream().allMatch(this::isAtEnd)) {
      completeAtMillis = System.currentTimeMillis();
    }
    Map<Integer, Long> next = new HashMap<>();
    vectors.forEach(partition -> next.put(partition.partition(), consumer.position(partition)));
    index.commit(new IndexCheckpoint(log.name(), next, completeAtMillis).toMap());
  }

  private boolean isAtEnd(TopicPartition partition) {
    return consumer.currentLag(partition).orElse(Long.MAX_VALUE) == 0;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
