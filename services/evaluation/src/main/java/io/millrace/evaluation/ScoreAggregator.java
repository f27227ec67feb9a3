package io.millrace.evaluation;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Sums judgements into tallies: by model, version, scope and window; over all windows of a version;
 * over all versions of a model; and by window over all versions of a model, for its recent figures.
 * A store keeps the keys of the windows that changed since the last {@link #takeChanged}, so that a
 * restart publishes them. What challengers answered has sums of its own. Predictions that were not
 * answered have a count of their own and change nothing else.
 *
 * <p>Every sum is the same in whichever order the judgements come: {@link Tallies} adds exactly,
 * and {@link LabelSequence} takes the order of the inputs' logs. O(slices) for a judgement. Not
 * thread-safe.
 */
final class ScoreAggregator {

  /** The tally of each window, by {@link WindowKey#text} and {@link WindowKey#modelWindow}. */
  static final String WINDOW_TALLIES = "window-tallies";

  /** The tallies of versions and models over all windows. */
  static final String TOTAL_TALLIES = "total-tallies";

  /** The keys of windows that changed since they were last published. */
  static final String CHANGED_WINDOWS = "changed-windows";

  private static final byte[] PRESENT = {};

  private final TaskTime time;
  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private final TimestampedKeyValueStore<String, Tally> windows;
  private final TimestampedKeyValueStore<String, Tally> totals;
  private final KeyValueStore<String, byte[]> changed;
  private final LabelSequence sequence;
  private final ConfusionCounts confusion;

  /** Of whom this has prequential sums. */
  private final Set<Owner> owners = new HashSet<>();

  /** A model, as what is served or as a challenger. */
  private record Owner(String model, boolean isShadow) {}

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
    this.sequence = new LabelSequence(context, time);
    this.confusion = new ConfusionCounts(context, time);
    try (var all = totals.all()) {
      all.forEachRemaining(entry -> {
        for (boolean isShadow : new boolean[] {false, true}) {
          WindowKey.modelOfTotal(entry.key, isShadow)
              .ifPresent(model -> publishTally(new Owner(model, isShadow), entry.value.value()));
        }
      });
    }
    for (Owner owner : owners) {
      String total = WindowKey.modelTotal(owner.model, Scope.PREQUENTIAL, owner.isShadow);
      stats(owner.isShadow).prequential(owner.model, details(total), recent(total));
    }
  }

  /** Adds a judgement to the sums of its window, version and model. */
  void add(Judgement judgement, Scope scope) {
    WindowKey key = WindowKey.of(judgement, scope, config.window());
    boolean detailed = Tallies.hasDetails(judgement);
    List<LabelSequence.Change> changes = detailed ? sequence.add(judgement, key) : List.of();
    change(windows, key.text(), old -> plus(old, judgement, key, changes));
    change(windows, key.modelWindow(), old -> plus(old, judgement, key, changes));
    change(
        totals,
        key.versionTotal(),
        old -> plusSlice(plus(old, judgement, key, changes), judgement));
    Tally ofModel =
        change(
            totals,
            key.modelTotal(),
            old -> plusSlice(plus(old, judgement, key, changes), judgement));
    changes.stream().filter(it -> !it.window().equals(key)).forEach(this::add);
    if (detailed) {
      confusion.add(key.versionTotal(), judgement);
      confusion.add(key.modelTotal(), judgement);
    }
    changed.put(key.text(), PRESENT);
    if (scope == Scope.PREQUENTIAL) {
      publishTally(new Owner(key.model(), key.isShadow()), ofModel);
      if (judgement.getAnswered()) {
        stats(key.isShadow()).labelDelay(judgement.getModel(), judgement.getLabelDelayMillis());
      }
    }
  }

  /** A tally and a judgement, with the changes of the no-change classifier in its own window. */
  private static Tally plus(
      Tally old, Judgement judgement, WindowKey key, List<LabelSequence.Change> changes) {
    Tally sum = Tallies.plus(old, judgement);
    for (LabelSequence.Change change : changes) {
      if (change.window().equals(key)) {
        sum = Tallies.plus(sum, change);
      }
    }
    return sum;
  }

  private Tally plusSlice(Tally sum, Judgement judgement) {
    return Tallies.hasDetails(judgement) && !judgement.getSlice().isEmpty()
        ? Tallies.plusSlice(sum, judgement, config.figures().maxSlices())
        : sum;
  }

  /** The change is published with the details of the version and model, which have it too. */
  private void add(LabelSequence.Change change) {
    WindowKey key = change.window();
    UnaryOperator<Tally> plus = old -> Tallies.plus(old, change);
    change(windows, key.text(), plus);
    change(windows, key.modelWindow(), plus);
    change(totals, key.versionTotal(), plus);
    change(totals, key.modelTotal(), plus);
  }

  private void publishTally(Owner owner, Tally tally) {
    owners.add(owner);
    stats(owner.isShadow).prequential(owner.model, tally);
  }

  private EvaluationStats.OfModels stats(boolean isShadow) {
    return isShadow ? stats.shadows() : stats.served();
  }

  /**
   * Returns the windows that changed since the last call, oldest first. The last one of a version
   * has the version's details, the last one of a model in a scope has those of the model.
   */
  List<ScoreOutput.OfVersion> takeChanged() {
    List<WindowKey> keys = new ArrayList<>();
    try (var all = changed.all()) {
      while (all.hasNext()) {
        String key = all.next().key;
        changed.delete(key);
        keys.add(WindowKey.parse(key));
      }
    }
    keys.sort(Comparator.comparingLong(WindowKey::windowStartMillis));
    Set<String> done = new HashSet<>();
    List<ScoreOutput.OfVersion> evaluations = new ArrayList<>();
    for (WindowKey key : keys.reversed()) {
      Evaluation evaluation =
          evaluation(key, done.add(key.versionTotal()), done.add(key.modelTotal()));
      evaluations.add(new ScoreOutput.OfVersion(evaluation, key.isShadow()));
    }
    return evaluations.reversed();
  }

  /** Removes the sums of windows and versions that last grew up to a time of the task. */
  void evict(long upToMillis) {
    StoreExpiry.evict(windows, upToMillis, () -> {});
    sequence.evict(upToMillis);
    confusion.evict(upToMillis);
    try (var all = totals.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        if (entry.value.timestamp() <= upToMillis && !WindowKey.isModelTotal(entry.key)) {
          totals.delete(entry.key);
        }
      }
    }
  }

  /** Another instance may have the sums now. */
  void close() {
    owners.forEach(owner -> stats(owner.isShadow).closed(owner.model));
  }

  private Tally change(
      TimestampedKeyValueStore<String, Tally> store, String key, UnaryOperator<Tally> change) {
    Tally sum = change.apply(get(store, key));
    store.put(key, ValueAndTimestamp.make(sum, time.millis()));
    return sum;
  }

  private static Tally get(TimestampedKeyValueStore<String, Tally> store, String key) {
    return Optional.ofNullable(store.get(key)).map(ValueAndTimestamp::value).orElse(Tallies.EMPTY);
  }

  private EvaluationDetails details(String total) {
    int maxClasses = config.figures().maxClasses();
    return FigureCalculator.details(get(totals, total), confusion.of(total).bounded(maxClasses));
  }

  private EvaluationRecent recent(String modelTotal) {
    try (var found = windows.reverseRange(modelTotal + "/", modelTotal + "/~")) {
      Iterator<Tally> newestFirst =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return found.hasNext();
            }

            @Override
            public Tally next() {
              return found.next().value.value();
            }
          };
      return FigureCalculator.recent(newestFirst, config.figures());
    }
  }

  private Evaluation evaluation(WindowKey key, boolean ofVersion, boolean ofModel) {
    Tally window = get(windows, key.text());
    Tally version = get(totals, key.versionTotal());
    Tally model = get(totals, key.modelTotal());
    @Nullable EvaluationDetails modelDetails = ofModel ? details(key.modelTotal()) : null;
    @Nullable EvaluationRecent modelRecent = ofModel ? recent(key.modelTotal()) : null;
    if (modelDetails != null && modelRecent != null && key.scope() == Scope.PREQUENTIAL) {
      stats(key.isShadow()).prequential(key.model(), modelDetails, modelRecent);
    }
    return new Evaluation(
        key.model(),
        key.version(),
        key.scope(),
        Instant.ofEpochMilli(key.windowStartMillis()),
        Instant.ofEpochMilli(key.windowStartMillis()).plus(config.window()),
        window.getCount(),
        window.getCorrect(),
        Tallies.accuracy(window),
        Tallies.loss(window),
        window.getLabelDelayMillis() / window.getCount(),
        version.getCount(),
        version.getCorrect(),
        model.getCount(),
        model.getCorrect(),
        Tallies.loss(model),
        window.getUnanswered(),
        version.getUnanswered(),
        model.getUnanswered(),
        ofVersion ? details(key.versionTotal()) : null,
        modelDetails,
        modelRecent);
  }
}
