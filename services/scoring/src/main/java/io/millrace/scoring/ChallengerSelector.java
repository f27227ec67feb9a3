package io.millrace.scoring;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.ServingLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the challengers of the version that is served for a kind, and has their versions loaded:
 *
 * <ol>
 *   <li>each model of the kind that the settings include, with its newest version: the variants,
 *       and the model that is served while the pointer names an older version of it;
 *   <li>the version to roll back to.
 * </ol>
 *
 * <p>A challenger whose newest version cannot be loaded is left out until it has another. One that
 * has failed to answer is left out of the next 500 batches: what failed may have been the record or
 * the machine, and the version to roll back to never has another. The follower's thread makes all
 * calls but {@link #challengersOfNextBatch}, which the shadow's thread makes between two batches,
 * {@link #count}, and {@link #close}, after both have ended.
 *
 * @param <P> the predictor
 */
final class ChallengerSelector<P> implements AutoCloseable {

  /** How many batches a version that has failed to answer is left out of. */
  static final int BATCHES_LEFT_OUT = 500;

  private static final Logger LOG = LoggerFactory.getLogger(ChallengerSelector.class);

  private final String kind;
  private final ServingPolicy policy;
  private final ShadowConfig.Challengers included;
  private final Function<SafeTensors, P> loader;
  private final Consumer<P> disposer;
  private final ServingLog log;
  private final ShadowMetrics metrics;

  /** The newest version of each model; a challenger's is loaded. */
  private final Map<String, Long> newest = new TreeMap<>();

  private Optional<ServingPointer> pointer = Optional.empty();

  /** The version that has just come. */
  private @Nullable ModelVersion atHand;

  private volatile SequencedMap<String, LoadedChallenger<P>> challengers = new LinkedHashMap<>();
  private final Queue<LoadedChallenger<P>> gone = new ConcurrentLinkedQueue<>();
  private final AtomicLong batches = new AtomicLong();
  private volatile boolean closed;

  /** A challenger, and the version of it that must not answer; null if there is none. */
  private static final class LoadedChallenger<P> {
    final ServedModel<P> served;
    volatile @Nullable Exclusion leftOut;

    LoadedChallenger(ServedModel<P> served) {
      this.served = served;
    }

    boolean answers(long batch) {
      return served.latest().map(it -> answers(it, batch)).orElse(false);
    }

    boolean answers(VersionId version, long batch) {
      Exclusion it = leftOut;
      return it == null || !it.version().equals(version) || batch >= it.until();
    }
  }

  /** A version that must not answer before a batch, by its number from 1. */
  private record Exclusion(VersionId version, long until) {

    static Exclusion forGood(VersionId version) {
      return new Exclusion(version, Long.MAX_VALUE);
    }
  }

  /**
   * A challenger and its version, for one batch.
   *
   * @param name by which comparisons tell it from others: {@code vision-wide}, {@code vision@17}
   */
  record Challenger<P>(String name, ServedModel.Version<P> version) {

    P predictor() {
      return version.predictors().getFirst();
    }
  }

  /**
   * No challenger yet.
   *
   * @param included which models may be challengers
   * @param loader makes a predictor; throws if the tensors are not those of such a model
   * @param disposer closes a predictor
   */
  ChallengerSelector(
      String kind,
      ScoringConfig config,
      Function<SafeTensors, P> loader,
      Consumer<P> disposer,
      ServingLog log,
      ShadowMetrics metrics) {
    this.kind = kind;
    this.policy = config.serving(kind);
    this.included = config.shadow().of(kind);
    this.loader = loader;
    this.disposer = disposer;
    this.log = log;
    this.metrics = metrics;
  }

  /** Whether versions of a model may be challengers. */
  boolean wants(String model) {
    return included.includes(model, policy)
        && (policy != ServingPolicy.NEWEST || !model.equals(kind));
  }

  /** Follows a pointer, or its absence. */
  void pointerChanged(Optional<ServingPointer> now) {
    pointer = now;
    update();
  }

  /** Takes a version that is newer than all before of its model. */
  void published(ModelVersion version) {
    String model = version.id().model();
    newest.put(model, version.id().number());
    LoadedChallenger<P> known = challengers.get(model);
    if (known != null) {
      load(known, version);
    }
    atHand = version;
    update();
    atHand = null;
  }

  /** All versions are known now: warns of a challenger that is named and has none. */
  void caughtUp() {
    included.named().stream()
        .filter(it -> wants(it) && !newest.containsKey(it))
        .forEach(it ->
            LOG.warn(
                "the challenger {} has no version yet: unless it is a variant that has just begun,"
                    + " its name in {} is wrong",
                it,
                ShadowConfig.setting(kind)));
  }

  /** Leaves a model out whose newest version cannot be used. */
  void unusable(VersionId id, String reason) {
    LoadedChallenger<P> known = challengers.get(id.model());
    if (known != null && known.served.latest().isPresent()) {
      leaveOut(
          known,
          Exclusion.forGood(known.served.latest().get()),
          "its successor " + id.number() + " " + reason);
      count();
    }
  }

  /** How many challengers can answer. */
  int count() {
    long batch = batches.get();
    int count = (int) challengers.values().stream().filter(it -> it.answers(batch)).count();
    metrics.challengers(kind, count);
    return count;
  }

  /**
   * The challengers that answer the next batch; those of the last one must not be used any more.
   */
  List<Challenger<P>> challengersOfNextBatch() {
    for (LoadedChallenger<P> it = gone.poll(); it != null; it = gone.poll()) {
      it.served.close();
    }
    long batch = batches.incrementAndGet();
    List<Challenger<P>> taken = new ArrayList<>();
    challengers.forEach((name, it) -> {
      if (it.served.ready()) {
        ServedModel.Version<P> version = it.served.inForce();
        if (it.answers(version.id(), batch)) {
          taken.add(new Challenger<>(name, version));
        }
      }
    });
    return taken;
  }

  /** A challenger has failed to answer. */
  void failed(Challenger<P> challenger, RuntimeException failure) {
    LoadedChallenger<P> known = challengers.get(challenger.name());
    if (known != null) {
      leaveOut(
          known,
          new Exclusion(challenger.version().id(), batches.get() + 1 + BATCHES_LEFT_OUT),
          String.valueOf(failure.getMessage()));
    }
    count();
  }

  /** The challengers by name, each with the version that it is fixed to, if it is. */
  private SequencedMap<String, Optional<VersionId>> wanted() {
    SequencedMap<String, Optional<VersionId>> wanted = new LinkedHashMap<>();
    boolean decides = policy != ServingPolicy.NEWEST;
    if (decides && pointer.isEmpty()) {
      return wanted;
    }
    String champion = decides ? pointer.orElseThrow().model() : kind;
    Optional<VersionId> pinned =
        decides ? pointer.flatMap(ServingPointer::version) : Optional.empty();
    newest.forEach((model, number) -> {
      boolean serves =
          pinned.isEmpty()
              ? model.equals(champion)
              : pinned.get().equals(new VersionId(model, number));
      if (wants(model) && !serves) {
        wanted.put(model, Optional.empty());
      }
    });
    if (decides) {
      pointer
          .flatMap(ServingPointer::previous)
          .filter(it -> !pinned.equals(Optional.of(it)))
          .ifPresent(it -> wanted.put(it.toString(), Optional.of(it)));
    }
    return wanted;
  }

  private void update() {
    SequencedMap<String, Optional<VersionId>> wanted = wanted();
    SequencedMap<String, LoadedChallenger<P>> next = new LinkedHashMap<>();
    wanted.forEach((name, fixed) -> {
      LoadedChallenger<P> known = challengers.get(name);
      next.put(name, known == null ? begin(name, fixed) : known);
    });
    SequencedMap<String, LoadedChallenger<P>> before = challengers;
    challengers = next;
    before.forEach((name, it) -> {
      if (!next.containsKey(name)) {
        gone.add(it);
      }
    });
    count();
    if (closed) {
      close();
    }
  }

  private LoadedChallenger<P> begin(String name, Optional<VersionId> fixed) {
    String model = fixed.map(VersionId::model).orElse(name);
    var begun =
        new LoadedChallenger<P>(
            new ServedModel<>(model, 1, loader, disposer, ServedModel.Listener.NONE));
    version(model, fixed)
        .ifPresentOrElse(
            it -> load(begun, it),
            () -> {
              LOG.warn(
                  "the challenger {} is left out: its parts are not on the models topic", name);
              metrics.leftOut(model);
            });
    return begun;
  }

  private Optional<ModelVersion> version(String model, Optional<VersionId> fixed) {
    ModelVersion come = atHand;
    return come != null && come.id().equals(fixed.orElse(new VersionId(model, come.id().number())))
        ? Optional.of(come)
        : log.newest(model, it -> fixed.isEmpty() || it == fixed.get().number());
  }

  private void load(LoadedChallenger<P> challenger, ModelVersion version) {
    try {
      challenger.served.load(version);
      challenger.leftOut = null;
    } catch (IncompatibleStateException e) {
      leaveOut(
          challenger,
          Exclusion.forGood(challenger.served.latest().orElse(version.id())),
          String.valueOf(e.getMessage()));
    }
  }

  private void leaveOut(LoadedChallenger<P> challenger, Exclusion now, String reason) {
    Exclusion before = challenger.leftOut;
    if (before == null || !before.version().equals(now.version())) {
      LOG.error("the challenger {} is left out: {}", now.version(), reason);
    } else if (before.until() >= now.until()) {
      return;
    }
    challenger.leftOut = now;
    metrics.leftOut(now.version().model());
  }

  /** What is still being loaded is closed when it is complete. */
  @Override
  public void close() {
    closed = true;
    gone.forEach(it -> it.served.close());
    challengers.values().forEach(it -> it.served.close());
  }
}
