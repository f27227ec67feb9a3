package io.millrace.evaluation;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Sums judgements by model, version, scope and window, and over all windows and versions. What has
 * changed since it was last published is remembered in a store, so that a restart publishes it.
 */
final class ScoreAggregator {

  static final String WINDOWS = "windows";
  static final String TOTALS = "totals";
  static final String CHANGED = "changed";

  private static final byte[] YES = {};
  private static final Tally NOTHING = new Tally(0L, 0L, 0.0, 0.0);

  private final ProcessorContext<?, ?> context;
  private final EvaluationConfig config;
  private final EvaluationStats figures;
  private final TimestampedKeyValueStore<String, Tally> windows;
  private final TimestampedKeyValueStore<String, Tally> totals;
  private final KeyValueStore<String, byte[]> changed;

  ScoreAggregator(
      ProcessorContext<?, ?> context, EvaluationConfig config, EvaluationStats figures) {
    this.context = context;
    this.config = config;
    this.figures = figures;
    this.windows = context.getStateStore(WINDOWS);
    this.totals = context.getStateStore(TOTALS);
    this.changed = context.getStateStore(CHANGED);
    try (var all = totals.all()) {
      all.forEachRemaining(entry ->
          WindowKey.modelOfTotal(entry.key)
              .ifPresent(model -> figures.prequential(model, entry.value.value())));
    }
  }

  /** Counts a judgement. */
  void add(Judgement judgement, Scope scope) {
    WindowKey cell = WindowKey.of(judgement, scope, config.window());
    add(windows, cell.text(), judgement);
    add(totals, cell.versionTotal(), judgement);
    Tally ofModel = add(totals, cell.modelTotal(), judgement);
    changed.put(cell.text(), YES);
    if (scope == Scope.PREQUENTIAL) {
      figures.prequential(judgement.getModel(), ofModel);
    }
  }

  /** The windows that have changed since the last call, oldest first. */
  List<Evaluation> takeChanged() {
    List<Evaluation> evaluations = new ArrayList<>();
    try (var all = changed.all()) {
      while (all.hasNext()) {
        String key = all.next().key;
        changed.delete(key);
        evaluations.add(evaluation(WindowKey.parse(key)));
      }
    }
    evaluations.sort((a, b) -> a.getWindowStart().compareTo(b.getWindowStart()));
    return evaluations;
  }

  /** Forgets windows and versions to which nothing was added since a time. */
  void evict(long upToMillis) {
    StoreExpiry.evict(windows, upToMillis, () -> {});
    try (var all = totals.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        if (entry.value.timestamp() <= upToMillis && !WindowKey.isModelTotal(entry.key)) {
          totals.delete(entry.key);
        }
      }
    }
  }

  private Tally add(
      TimestampedKeyValueStore<String, Tally> store, String key, Judgement judgement) {
    Tally old = get(store, key);
    var sum =
        new Tally(
            old.getCount() + 1,
            old.getCorrect() + (judgement.getCorrect() ? 1 : 0),
            old.getLoss() + judgement.getLoss(),
            old.getLabelDelayMillis() + judgement.getLabelDelayMillis());
    store.put(key, ValueAndTimestamp.make(sum, context.currentStreamTimeMs()));
    return sum;
  }

  private static Tally get(TimestampedKeyValueStore<String, Tally> store, String key) {
    return Optional.ofNullable(store.get(key)).map(ValueAndTimestamp::value).orElse(NOTHING);
  }

  private Evaluation evaluation(WindowKey cell) {
    Tally window = get(windows, cell.text());
    Tally version = get(totals, cell.versionTotal());
    Tally model = get(totals, cell.modelTotal());
    return new Evaluation(
        cell.model(),
        cell.version(),
        cell.scope(),
        Instant.ofEpochMilli(cell.windowStartMillis()),
        Instant.ofEpochMilli(cell.windowStartMillis()).plus(config.window()),
        window.getCount(),
        window.getCorrect(),
        (double) window.getCorrect() / window.getCount(),
        window.getLoss() / window.getCount(),
        window.getLabelDelayMillis() / window.getCount(),
        version.getCount(),
        version.getCorrect(),
        model.getCount(),
        model.getCorrect(),
        model.getLoss() / model.getCount());
  }
}
