package io.millrace.evaluation;

import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.schemas.Sources;
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

/**
 * Tells whether a version had learned from the record that it predicted. It can be told once the
 * version's manifest is known and every examples topic in it has been read up to the end of the
 * version's range: then an example of the record lies in the range and has been seen, or it does
 * not. Until then a judgement is held. So what is told does not depend on which topic is read
 * faster. See {@code docs/design-evaluation.md}.
 */
final class PrequentialScope {

  static final String EXAMPLES = "examples";
  static final String POSITIONS = "positions";
  static final String VERSIONS = "versions";
  static final String HELD = "held";

  private final ProcessorContext<?, ?> context;
  private final EvaluationStats figures;
  private final TimestampedKeyValueStore<String, InputRange> examples;
  private final KeyValueStore<String, Long> positions;
  private final TimestampedKeyValueStore<String, ModelManifest> versions;
  private final TimestampedKeyValueStore<String, Judgement> held;
  private final BiConsumer<Judgement, Scope> sink;

  /** How many judgements are held, by the key of the version. */
  private final Map<String, Integer> heldCountByVersion = new HashMap<>();

  /** The inputs of the versions that were asked for since the last eviction. */
  private final Map<String, List<InputRange>> rangesInUse = new HashMap<>();

  /**
   * Provenance over the stores of the partition in hand.
   *
   * @param sink takes every judgement with its scope, once
   */
  PrequentialScope(
      ProcessorContext<?, ?> context, EvaluationStats figures, BiConsumer<Judgement, Scope> told) {
    this.context = context;
    this.figures = figures;
    this.sink = told;
    this.examples = context.getStateStore(EXAMPLES);
    this.positions = context.getStateStore(POSITIONS);
    this.versions = context.getStateStore(VERSIONS);
    this.held = context.getStateStore(HELD);
    countHeld();
  }

  /** Tells the scope of a judgement, now or later. */
  void classify(Judgement judgement) {
    String version = version(judgement.getModel(), judgement.getVersion());
    if (isResolvable(version)) {
      emit(version, judgement);
    } else if (held.putIfAbsent(key(version, judgement), stamped(judgement)) == null) {
      heldCountByVersion.merge(version, 1, Integer::sum);
      publishCount();
    }
  }

  /** A version became known. */
  void addVersion(ModelManifest manifest) {
    String version = version(manifest.getModel(), manifest.getVersion());
    versions.put(version, stamped(manifest));
    rangesInUse.remove(version);
    release(List.of(version));
  }

  /**
   * An examples topic was read.
   *
   * @param source the source of the example that lies there, or {@link
   *     EvaluationSourceProcessor#NO_EXAMPLE}
   * @param place one offset
   */
  void addExample(String source, InputRange place) {
    if (!source.equals(EvaluationSourceProcessor.NO_EXAMPLE)) {
      examples.putIfAbsent(source, stamped(place));
    }
    positions.put(partition(place), place.getTo());
    release(new ArrayList<>(heldCountByVersion.keySet()));
  }

  /** Forgets what came up to a time; versions in use, and the newest of every model, stay. */
  void evict(long upToMillis) {
    StoreExpiry.evict(examples, upToMillis, () -> {});
    StoreExpiry.evict(held, upToMillis, figures::judgementEvicted);
    countHeld();
    evictVersions(upToMillis);
  }

  private void evictVersions(long upToMillis) {
    for (String version : rangesInUse.keySet()) {
      versions.put(version, stamped(versions.get(version).value()));
    }
    rangesInUse.clear();
    KeyValue<String, ValueAndTimestamp<ModelManifest>> last = null;
    try (var all = versions.all()) {
      while (all.hasNext()) {
        KeyValue<String, ValueAndTimestamp<ModelManifest>> next = all.next();
        if (last != null
            && last.value.timestamp() <= upToMillis
            && last.value.value().getModel().equals(next.value.value().getModel())) {
          versions.delete(last.key);
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
    return ranges(version)
        .map(ranges ->
            ranges.stream().allMatch(range -> range.getFrom() == range.getTo() || isRead(range)))
        .orElse(false);
  }

  private boolean isRead(InputRange range) {
    Long position = positions.get(partition(range));
    return position != null && position >= range.getTo();
  }

  private void emit(String version, Judgement judgement) {
    ValueAndTimestamp<InputRange> example = examples.get(Sources.text(judgement.getSource()));
    boolean seen =
        example != null
            && ranges(version).orElseThrow().stream()
                .anyMatch(range -> holds(range, example.value()));
    sink.accept(judgement, seen ? Scope.SEEN : Scope.PREQUENTIAL);
  }

  private static boolean holds(InputRange range, InputRange place) {
    return range.getTopic().equals(place.getTopic())
        && range.getPartition() == place.getPartition()
        && range.getFrom() <= place.getFrom()
        && place.getTo() <= range.getTo();
  }

  private Optional<List<InputRange>> ranges(String version) {
    List<InputRange> known = rangesInUse.get(version);
    if (known == null) {
      ValueAndTimestamp<ModelManifest> found = versions.get(version);
      if (found == null) {
        return Optional.empty();
      }
      known = found.value().getInputs();
      rangesInUse.put(version, known);
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
    figures.judgementsHeld(
        heldCountByVersion.values().stream().mapToLong(Integer::longValue).sum());
  }

  private <V> ValueAndTimestamp<V> stamped(V value) {
    return ValueAndTimestamp.make(value, context.currentStreamTimeMs());
  }

  /** The manifest's key: padded, so that versions sort. */
  private static String version(String model, long version) {
    return ModelKey.manifest(model, version).text();
  }

  private static String key(String version, Judgement judgement) {
    Source source = judgement.getSource();
    return version + "/" + Sources.text(source);
  }

  private static String partition(InputRange range) {
    return range.getTopic() + "-" + range.getPartition();
  }
}
