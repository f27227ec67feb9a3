package io.millrace.evaluation;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
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
 * Sums judgements into tallies: by model, version, scope and window, and besides over all windows
 * of a version and over all versions of a model. A store keeps the keys of the windows that changed
 * since the last {@link #takeChanged}, so that a restart publishes them. Predictions that were not
 * answered have a count of their own and change nothing else. O(1) for a judgement. Not
 * thread-safe.
 */
final class ScoreAggregator {

  /** The tally of each window, by {@link WindowKey#text}. */
  static final String WINDOW_TALLIES = "window-tallies";

  /** The tallies of versions and models over all windows. */
  static final String TOTAL_TALLIES = "total-tallies";

  /** The keys of windows that changed since they were last published. */
  static final String CHANGED_WINDOWS = "changed-windows";

  private static final byte[] PRESENT = {};
  private static final Tally EMPTY = new Tally(0L, 0L, 0.0, 0.0, 0L);

  private final TaskTime time;
  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private final TimestampedKeyValueStore<String, Tally> windows;
  private final TimestampedKeyValueStore<String, Tally> totals;
  private final KeyValueStore<String, byte[]> changed;

  ScoreAggregator(
      ProcessorContext<?, ?> context,
      TaskTime time,
      EvaluationConfig config,
      EvaluationStats stats) {
    this.time = time;
    this.config = config;
    this.stats = stats;
    this.windows = context.getStateStore(WINDOW_TALLIES);
    this.totals = context.getStateStore(TOTAL_TALLIES);
    this.changed = context.getStateStore(CHANGED_WINDOWS);
    try (var all = totals.all()) {
      all.forEachRemaining(entry ->
          WindowKey.modelOfTotal(entry.key)
              .ifPresent(model -> stats.prequential(model, entry.value.value())));
    }
  }

  /** Adds a judgement to the sums of its window, version and model. */
  void add(Judgement judgement, Scope scope) {
    WindowKey key = WindowKey.of(judgement, scope, config.window());
    add(windows, key.text(), judgement);
    add(totals, key.versionTotal(), judgement);
    Tally ofModel = add(totals, key.modelTotal(), judgement);
    changed.put(key.text(), PRESENT);
    if (scope == Scope.PREQUENTIAL) {
      stats.prequential(judgement.getModel(), ofModel);
    }
  }

  /** Returns the windows that changed since the last call, oldest first. */
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

  /** Removes the sums of windows and versions that last grew up to a time of the task. */
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
    Tally sum = judgement.getAnswered() ? plusAnswered(old, judgement) : plusUnanswered(old);
    store.put(key, ValueAndTimestamp.make(sum, time.millis()));
    return sum;
  }

  private static Tally plusAnswered(Tally old, Judgement judgement) {
    return new Tally(
        old.getCount() + 1,
        old.getCorrect() + (judgement.getCorrect() ? 1 : 0),
        old.getLoss() + judgement.getLoss(),
        old.getLabelDelayMillis() + judgement.getLabelDelayMillis(),
        old.getUnanswered());
  }

  private static Tally plusUnanswered(Tally old) {
    return new Tally(
        old.getCount(),
        old.getCorrect(),
        old.getLoss(),
        old.getLabelDelayMillis(),
        old.getUnanswered() + 1);
  }

  private static Tally get(TimestampedKeyValueStore<String, Tally> store, String key) {
    return Optional.ofNullable(store.get(key)).map(ValueAndTimestamp::value).orElse(EMPTY);
  }

  private Evaluation evaluation(WindowKey key) {
    Tally window = get(windows, key.text());
    Tally version = get(totals, key.versionTotal());
    Tally model = get(totals, key.modelTotal());
    return new Evaluation(
        key.model(),
        key.version(),
        key.scope(),
        Instant.ofEpochMilli(key.windowStartMillis()),
        Instant.ofEpochMilli(key.windowStartMillis()).plus(config.window()),
        window.getCount(),
        window.getCorrect(),
        (double) window.getCorrect() / window.getCount(),
        window.getLoss() / window.getCount(),
        window.getLabelDelayMillis() / window.getCount(),
        version.getCount(),
        version.getCorrect(),
        model.getCount(),
        model.getCorrect(),
        model.getLoss() / model.getCount(),
        window.getUnanswered(),
        version.getUnanswered(),
        model.getUnanswered());
  }
}
