package io.millrace.scoring.answers;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the version that answers for a kind of model, and has it loaded:
 *
 * <ol>
 *   <li>By the policy {@code newest} it is the newest version of the kind's own model; where the
 *       pointer names a model alone, the newest of that, which may be a variant.
 *   <li>Else it is the one that the pointer names. Where there is no pointer, {@code gated} writes
 *       one to the first version that it meets of the kind's own model, and {@code manual} waits.
 *   <li>A version that cannot be loaded, or answers with NaN or infinity, is passed over until a
 *       decision names it again. The one that answers goes on; if there is none, the one to roll
 *       back to takes its place, else the newest below.
 * </ol>
 *
 * <p>The follower's thread tells what the models topic says, the scoring thread what a version has
 * answered; the lock makes them take turns.
 */
public final class VersionSelector {

  /** Who passes versions over, in what is told of it. */
  private static final String SERVICE = "scoring";

  private static final Logger LOG = LoggerFactory.getLogger(VersionSelector.class);

  /** A model that has diverged is passed over at each step; no more is remembered of it. */
  private static final int MAX_PASSED_OVER = 1_000;

  /** Is told what becomes of versions that cannot answer. */
  public interface Listener {

    /** A version was passed over. */
    void passedOver();

    /** Whether another version answers, or none, than the one that should. */
    void fallenBack(boolean now);
  }

  private final ServingPolicy policy;
  private final ServedModel<?> served;
  private final ServingLog log;
  private final Listener metrics;

  /** Versions passed over, that of the last time last. */
  private final SequencedSet<VersionId> passedOver = new LinkedHashSet<>();

  /** Those that are still to be told of, and why. */
  private final SequencedMap<VersionId, String> untold = new LinkedHashMap<>();

  private Optional<ServingPointer> pointer = Optional.empty();

  /**
   * Nothing is selected yet.
   *
   * @param served loads the versions
   */
  public VersionSelector(
      ServingPolicy policy, ServedModel<?> served, ServingLog log, Listener metrics) {
    this.policy = policy;
    this.served = served;
    this.log = log;
    this.metrics = metrics;
  }

  /** Whether versions of a model may answer. */
  public boolean mayAnswer(String model) {
    return policy != ServingPolicy.NEWEST || model.equals(served.name());
  }

  /** Follows a pointer, or its absence. */
  public synchronized void pointerChanged(Optional<ServingPointer> now) {
    pointer = now;
    VersionId pinned = pinned();
    if (followsNewest() && policy != ServingPolicy.NEWEST) {
      serve(followed(), _ -> true);
    } else if (pinned != null) {
      passedOver.remove(pinned);
      if (!pinned.equals(latest()) && !serve(pinned) && !passedOver.contains(pinned)) {
        passOver(pinned, "its parts are not on the models topic, or do not match its SHA-256");
      }
    } else if (policy == ServingPolicy.MANUAL && !served.ready()) {
      LOG.warn(
          "{} answers nothing until a version is promoted: `millrace models promote {} VERSION`",
          served.name(),
          served.name());
    }
    fallBackAndReport();
  }

  /** Takes a version that is newer than all before of its model. */
  public synchronized void published(ModelVersion version) {
    VersionId id = version.id();
    boolean wanted = followsNewest() ? id.model().equals(followed()) : id.equals(pinned());
    if (wanted && (policy == ServingPolicy.NEWEST || !id.equals(latest()))) {
      load(version);
    } else if (policy == ServingPolicy.GATED
        && pointer.isEmpty()
        && id.model().equals(served.name())) {
      // It is loaded when the pointer comes back from the log, as on every other instance.
      log.first(id.model(), id.number());
    }
    fallBackAndReport();
  }

  /** Passes the newest version of a model over, if it is the one to answer. */
  public synchronized void unusable(VersionId id, String reason) {
    boolean wanted = followsNewest() ? shouldReplaceLatest(id) : id.equals(pinned());
    if (wanted && !id.equals(latest()) && !passedOver.contains(id)) {
      passOver(id, "it " + reason);
    }
    fallBackAndReport();
  }

  /**
   * Passes a version over that answers with NaN or infinity; another one is ready then.
   *
   * @throws IncompatibleStateException if there is no other
   */
  public synchronized void diverged(DivergedException diverged) {
    passOver(diverged.id(), String.valueOf(diverged.getMessage()));
    if (diverged.id().equals(latest())) {
      fallBack();
    }
    fallBackAndReport();
    if (diverged.id().equals(latest())) {
      throw IncompatibleStateException.resettable(
          served.name(), diverged.getMessage() + ", and no other version can answer");
    }
  }

  private boolean followsNewest() {
    return policy == ServingPolicy.NEWEST
        || pointer.isPresent() && pointer.get().version().isEmpty();
  }

  /** The model whose newest version answers, if that is so. */
  private String followed() {
    return policy == ServingPolicy.NEWEST || pointer.isEmpty()
        ? served.name()
        : pointer.get().model();
  }

  /** The version that the pointer names, if it decides; null if there is none. */
  private @Nullable VersionId pinned() {
    return policy == ServingPolicy.NEWEST || pointer.isEmpty()
        ? null
        : pointer.get().version().orElse(null);
  }

  private @Nullable VersionId latest() {
    return served.latest().orElse(null);
  }

  /** Whether a version is newer than the one that answers, of the model to follow. */
  private boolean shouldReplaceLatest(VersionId id) {
    VersionId latest = latest();
    return id.model().equals(followed())
        && (latest == null || !latest.model().equals(id.model()) || id.number() > latest.number());
  }

  private boolean serve(VersionId id) {
    return serve(id.model(), it -> it == id.number());
  }

  private boolean serveBelow(VersionId id) {
    return serve(id.model(), it -> it < id.number());
  }

  /** Loads the newest of some versions that can be used, unless it is loaded; whether one can. */
  private boolean serve(String model, LongPredicate wanted) {
    long below = Long.MAX_VALUE;
    while (true) {
      long bound = below;
      Optional<ModelVersion> found =
          log.newest(
              model,
              it ->
                  it < bound && wanted.test(it) && !passedOver.contains(new VersionId(model, it)));
      if (found.isEmpty()) {
        return false;
      }
      VersionId id = found.get().id();
      below = id.number();
      if (id.equals(latest()) || load(found.get())) {
        return true;
      }
    }
  }

  private boolean load(ModelVersion version) {
    try {
      served.load(version);
      return true;
    } catch (IncompatibleStateException e) {
      passOver(version.id(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  /**
   * Serves the version to roll back to, else the newest below the one that should answer, else the
   * newest below the one to roll back to. Of a model to follow, the newest comes first.
   */
  private void fallBack() {
    VersionId pinned = pinned();
    if (pinned == null && (!followsNewest() || serve(followed(), _ -> true))) {
      return;
    }
    Optional<VersionId> previous =
        policy == ServingPolicy.NEWEST
            ? Optional.empty()
            : pointer.flatMap(ServingPointer::previous);
    if (previous.isPresent() && serve(previous.get())) {
      return;
    }
    if (pinned == null || !serveBelow(pinned)) {
      previous.ifPresent(this::serveBelow);
    }
  }

  private void passOver(VersionId id, String reason) {
    LOG.error("version {} of {} is passed over: {}", id.number(), id.model(), reason);
    metrics.passedOver();
    passedOver.add(id);
    if (passedOver.size() > MAX_PASSED_OVER) {
      passedOver.removeFirst();
    }
    untold.put(id, reason);
  }

  /** Makes sure that something answers if it can, and tells what was passed over. */
  private void fallBackAndReport() {
    if (!served.ready() && !passedOver.isEmpty()) {
      fallBack();
    }
    metrics.fallenBack(isAnother());
    while (!untold.isEmpty()) {
      var it = untold.pollFirstEntry();
      log.reportPassedOver(passedOver(it.getKey(), it.getValue()));
    }
  }

  /** Whether another version answers, or none, than the one that should. */
  private boolean isAnother() {
    VersionId pinned = pinned();
    VersionId latest = latest();
    if (pinned != null) {
      return !pinned.equals(latest);
    }
    return followsNewest()
        && (latest != null && !latest.model().equals(followed())
            || passedOver.stream().anyMatch(this::shouldReplaceLatest));
  }

  private ServingDecision passedOver(VersionId id, String reason) {
    VersionId goesOn = latest();
    String kind = served.name();
    return new ServingDecision(
        kind,
        id.number(),
        goesOn == null ? null : Long.valueOf(goesOn.number()),
        ServingReason.PASSED_OVER,
        SERVICE,
        reason,
        ServingPointer.inDecision(kind, id.model()),
        goesOn == null ? "" : ServingPointer.inDecision(kind, goesOn.model()),
        null,
        null);
  }
}
