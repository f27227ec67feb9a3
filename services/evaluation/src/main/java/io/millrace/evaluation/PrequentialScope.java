package io.millrace.evaluation;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Decides the scope of each judgement: {@code SEEN} if the version had learned from the record that
 * it predicted, else {@code PREQUENTIAL}.
 *
 * <ol>
 *   <li>The version's manifest names the input ranges that it was trained on ({@link #addVersion}).
 *       Without the manifest the judgement is held.
 *   <li>If an examples topic has not been read up to the end of its range ({@link #addExample}),
 *       the judgement is held.
 *   <li>If an example of the record lies within a range, the scope is {@code SEEN}; if it lies
 *       elsewhere or there is none, {@code PREQUENTIAL}. The judgement goes to the sink.
 *   <li>Held judgements are decided when the manifest or the missing examples come.
 * </ol>
 *
 * <p>Offsets are compared within one incarnation of a topic, by its id. What an earlier build has
 * stored or written has no id and counts as that of any.
 *
 * <p>So the scope depends on the logs alone, not on which topic is read faster. See {@code
 * docs/design-evaluation.md}. {@link #classify} is O(ranges of the version); a new manifest or
 * example costs O(held versions) more. Not thread-safe.
 */
final class PrequentialScope {

  /** The position of the example of each source, one offset long. */
  static final String EXAMPLE_POSITIONS = "example-positions";

  /** For each partition of the examples topics, the next offset to read. */
  static final String READ_OFFSETS = "read-offsets";

  /** The manifest of each version. */
  static final String MANIFESTS = "manifests";

  /** Judgements whose scope cannot be decided yet. */
  static final String HELD_JUDGEMENTS = "held-judgements";

  private final TaskTime time;
  private final EvaluationStats stats;
  private final int partition;
  private final TimestampedKeyValueStore<String, InputRange> examplePositions;
  private final KeyValueStore<String, Long> readOffsets;
  private final TimestampedKeyValueStore<String, ModelManifest> manifests;
  private final TimestampedKeyValueStore<String, Judgement> held;
  private final int maxClasses;
  private final BiConsumer<Judgement, Scope> sink;

  /** How many judgements are held, by the key of the version. */
  private final Map<String, Integer> heldCountByVersion = new HashMap<>();

  /** The versions that were needed since the last eviction. */
  private final Map<String, Version> versionsInUse = new HashMap<>();

  /**
   * What a manifest says.
   *
   * @param classes the position of the first classes, by name
   */
  private record Version(List<InputRange> ranges, Map<String, Integer> classes) {

    private static Version of(ModelManifest manifest, int maxClasses) {
      Map<String, Integer> classes = new HashMap<>();
      List<String> names = manifest.getClasses();
      for (int i = 0; i < Math.min(maxClasses, names.size()); i++) {
        classes.put(names.get(i), i);
      }
      return new Version(manifest.getInputs(), classes);
    }

    private int position(String name) {
      return classes.getOrDefault(name, -1);
    }
  }

  /**
   * Scopes over the stores of the context's partition.
   *
   * @param maxClasses of a version get a position
   * @param sink takes every judgement with its scope, once
   */
  PrequentialScope(
      ProcessorContext<?, ?> context,
      TaskTime time,
      EvaluationStats stats,
      int maxClasses,
      BiConsumer<Judgement, Scope> sink) {
    this.time = time;
    this.stats = stats;
    this.maxClasses = maxClasses;
    this.partition = context.taskId().partition();
    this.sink = sink;
    this.examplePositions = context.getStateStore(EXAMPLE_POSITIONS);
    this.readOffsets = context.getStateStore(READ_OFFSETS);
    this.manifests = context.getStateStore(MANIFESTS);
    this.held = context.getStateStore(HELD_JUDGEMENTS);
    countHeld();
  }

  /** Decides the scope of a judgement, now or later. */
  void classify(Judgement judgement) {
    String version = version(judgement.getModel(), judgement.getVersion());
    if (isResolvable(version)) {
      emit(version, judgement);
    } else if (held.putIfAbsent(key(version, judgement), stamped(judgement)) == null) {
      heldCountByVersion.merge(version, 1, Integer::sum);
      publishCount();
    }
  }

  /** Takes the manifest of a version. */
  void addVersion(ModelManifest manifest) {
    String version = version(manifest.getModel(), manifest.getVersion());
    manifests.put(version, stamped(manifest));
    versionsInUse.remove(version);
    release(List.of(version));
  }

  /**
   * Takes a position of an examples topic.
   *
   * @param source the source of the example at the position, or {@link
   *     EvaluationSourceProcessor#NO_EXAMPLE}
   * @param sourceTopic the id of the topic that the source is in; empty if not known
   * @param position one offset long
   */
  void addExample(String source, String sourceTopic, InputRange position) {
    if (!source.equals(EvaluationSourceProcessor.NO_EXAMPLE)) {
      addPosition(SourceTopic.key(source, sourceTopic), position);
    }
    readOffsets.put(partition(position), position.getTo());
    // For ranges without an id, and for earlier builds after a rollback.
    readOffsets.put(anyIncarnation(position), position.getTo());
    release(new ArrayList<>(heldCountByVersion.keySet()));
  }

  /** The first position of a source counts, unless that is in a topic which is gone. */
  private void addPosition(String source, InputRange position) {
    ValueAndTimestamp<InputRange> known = examplePositions.get(source);
    if (known == null || !isSameTopic(known.value(), position)) {
      examplePositions.put(source, stamped(position));
    }
  }

  /**
   * Removes what was stored up to a time of the task. The versions in use and the newest of every
   * model stay.
   */
  void evict(long upToMillis) {
    StoreExpiry.evict(examplePositions, upToMillis, () -> {});
    StoreExpiry.evict(held, upToMillis, stats::judgementEvicted);
    countHeld();
    evictVersions(upToMillis);
  }

  private void evictVersions(long upToMillis) {
    for (String version : versionsInUse.keySet()) {
      manifests.put(version, stamped(manifests.get(version).value()));
    }
    versionsInUse.clear();
    KeyValue<String, ValueAndTimestamp<ModelManifest>> last = null;
    try (var all = manifests.all()) {
      while (all.hasNext()) {
        KeyValue<String, ValueAndTimestamp<ModelManifest>> next = all.next();
        if (last != null
            && last.value.timestamp() <= upToMillis
            && last.value.value().getModel().equals(next.value.value().getModel())) {
          manifests.delete(last.key);
        }
        last = next;
      }
    }
  }

  private void release(List<String> candidates) {
    for (String version : candidates) {
      if (heldCountByVersion.containsKey(version) && isResolvable(version)) {
        try (var found = held.prefixScan(version, new StringSerializer())) {
          while (found.hasNext()) {
            KeyValue<String, ValueAndTimestamp<Judgement>> entry = found.next();
            held.delete(entry.key);
            emit(version, entry.value.value());
          }
        }
        heldCountByVersion.remove(version);
        publishCount();
      }
    }
  }

  private boolean isResolvable(String version) {
    return known(version)
        .map(it ->
            it.ranges.stream().allMatch(range -> range.getFrom() == range.getTo() || isRead(range)))
        .orElse(false);
  }

  private boolean isRead(InputRange range) {
    Long next = readOffsets.get(partition(range));
    if (next == null && !knowsIncarnations(range)) {
      next = readOffsets.get(anyIncarnation(range));
    }
    return next != null && next >= range.getTo();
  }

  /** Whether this build has read from the partition: what earlier ones noted has no id. */
  private boolean knowsIncarnations(InputRange range) {
    String prefix = anyIncarnation(range) + "@";
    try (var found = readOffsets.prefixScan(prefix, new StringSerializer())) {
      return found.hasNext();
    }
  }

  private @Nullable ValueAndTimestamp<InputRange> example(Judgement judgement) {
    String source = Subject.coordinates(judgement.getSource());
    var found = examplePositions.get(SourceTopic.key(source, judgement.getSourceTopicId()));
    if (found == null && !judgement.getSourceTopicId().isEmpty()) {
      return examplePositions.get(source);
    }
    if (found == null) {
      try (var any = examplePositions.prefixScan(source + "@", new StringSerializer())) {
        return any.hasNext() ? any.next().value : null;
      }
    }
    return found;
  }

  private void emit(String version, Judgement judgement) {
    ValueAndTimestamp<InputRange> example = example(judgement);
    Version known = known(version).orElseThrow();
    boolean seen =
        example != null
            && known.ranges.stream().anyMatch(range -> contains(range, example.value()));
    sink.accept(withPositions(judgement, known), seen ? Scope.SEEN : Scope.PREQUENTIAL);
  }

  private static Judgement withPositions(Judgement judgement, Version version) {
    int predicted = version.position(judgement.getPredicted());
    return new Judgement(
        judgement.getModel(),
        judgement.getVersion(),
        judgement.getSource(),
        judgement.getPredictedMillis(),
        judgement.getCorrect(),
        judgement.getLoss(),
        judgement.getLabelDelayMillis(),
        judgement.getAnswered(),
        judgement.getSourceTopicId(),
        judgement.getLabel(),
        judgement.getPredicted(),
        judgement.getConfidence(),
        judgement.getSlice(),
        // The two may be spelt differently where the class is of an earlier build.
        judgement.getCorrect() ? predicted : version.position(judgement.getLabel()),
        predicted,
        judgement.getChallenger());
  }

  private static boolean contains(InputRange range, InputRange position) {
    return isSameTopic(range, position)
        && range.getPartition() == position.getPartition()
        && range.getFrom() <= position.getFrom()
        && position.getTo() <= range.getTo();
  }

  private static boolean isSameTopic(InputRange a, InputRange b) {
    return a.getTopic().equals(b.getTopic())
        && (a.getTopicId().isEmpty()
            || b.getTopicId().isEmpty()
            || a.getTopicId().equals(b.getTopicId()));
  }

  private Optional<Version> known(String version) {
    Version known = versionsInUse.get(version);
    if (known == null) {
      ValueAndTimestamp<ModelManifest> found = manifests.get(version);
      if (found == null) {
        return Optional.empty();
      }
      known = Version.of(found.value(), maxClasses);
      versionsInUse.put(version, known);
    }
    return Optional.of(known);
  }

  private void countHeld() {
    heldCountByVersion.clear();
    try (var all = held.all()) {
      all.forEachRemaining(entry -> {
        Judgement judgement = entry.value.value();
        heldCountByVersion.merge(
            version(judgement.getModel(), judgement.getVersion()), 1, Integer::sum);
      });
    }
    publishCount();
  }

  private void publishCount() {
    stats.judgementsHeld(
        partition, heldCountByVersion.values().stream().mapToLong(Integer::longValue).sum());
  }

  private <V> ValueAndTimestamp<V> stamped(V value) {
    return ValueAndTimestamp.make(value, time.millis());
  }

  /** The manifest's key: padded, so that versions sort. */
  private static String version(String model, long version) {
    return ModelKey.manifest(model, version).text();
  }

  private static String key(String version, Judgement judgement) {
    Source source = judgement.getSource();
    // A version may have served and answered as a challenger; no topic has a slash in its name.
    String challenger = judgement.getChallenger().isEmpty() ? "" : judgement.getChallenger() + "/";
    return version
        + "/"
        + challenger
        + SourceTopic.key(Subject.coordinates(source), judgement.getSourceTopicId());
  }

  private static String partition(InputRange range) {
    return SourceTopic.key(anyIncarnation(range), range.getTopicId());
  }

  private static String anyIncarnation(InputRange range) {
    return range.getTopic() + "-" + range.getPartition();
  }
}
