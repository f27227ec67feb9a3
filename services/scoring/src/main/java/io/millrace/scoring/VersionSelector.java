package io.millrace.scoring;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Selects the version of a model that answers, and has it loaded:
 *
 * <ol>
 *   <li>By the policy {@code newest}, or where the pointer says so, it is the newest version.
 *   <li>Else it is the one that the pointer names. Where there is no pointer, {@code gated} writes
 *       one to the first version that it meets, and {@code manual} waits.
 *   <li>A version that cannot be loaded, or answers with what is no number, is passed over until a
 *       decision names it again. The one that answers goes on; if there is none, the one to roll
 *       back to takes its place, else the newest below.
 * </ol>
 *
 * <p>The follower's thread tells what the models topic says, the scoring thread what a version has
 * answered; the lock makes them take turns.
 */
final class VersionSelector {

  private static final Logger LOG = LoggerFactory.getLogger(VersionSelector.class);

  /** A model that has diverged is passed over at each step; no more is remembered of it. */
  private static final int MAX_PASSED_OVER = 1_000;

  private final ServingPolicy policy;
  private final ServedModel<?> served;
  private final ServingLog log;
  private final ScoringMetrics.ModelMetrics metrics;
  private final TreeSet<Long> passedOver = new TreeSet<>();

  /** Versions passed over that are still to be told of, and why. */
  private final SequencedMap<Long, String> untold = new LinkedHashMap<>();

  private Optional<ServingPointer> pointer = Optional.empty();

  /**
   * Nothing is selected yet.
   *
   * @param served loads the versions
   */
  VersionSelector(
      ServingPolicy policy,
      ServedModel<?> served,
      ServingLog log,
      ScoringMetrics.ModelMetrics metrics) {
    this.policy = policy;
    this.served = served;
    this.log = log;
    this.metrics = metrics;
  }

  /** Follows a pointer, or its absence. */
  synchronized void pointed(Optional<ServingPointer> now) {
    pointer = now;
    if (followsNewest() && policy != ServingPolicy.NEWEST) {
      serve(it -> true);
    } else if (pinned().isPresent()) {
      long wanted = pinned().getAsLong();
      passedOver.remove(wanted);
      if (latest() != wanted && !serve(it -> it == wanted) && !passedOver.contains(wanted)) {
        passOver(wanted, "its parts are not on the models topic, or do not match its SHA-256");
      }
    } else if (policy == ServingPolicy.MANUAL && !served.ready()) {
      LOG.warn(
          "{} answers nothing until a version is promoted: `millrace models promote {} VERSION`",
          served.name(),
          served.name());
    }
    settle();
  }

  /** Takes a version that is newer than all before. */
  synchronized void published(ModelVersion version) {
    long number = version.manifest().getVersion();
    boolean wanted = followsNewest() || pinned().equals(OptionalLong.of(number));
    if (wanted && (policy == ServingPolicy.NEWEST || latest() != number)) {
      load(version);
    } else if (policy == ServingPolicy.GATED && pointer.isEmpty()) {
      // It is loaded when the pointer comes back from the log, as on every other instance.
      log.first(served.name(), number);
    }
    settle();
  }

  /** Passes the newest version over, if it is the one to answer. */
  synchronized void unusable(long number, String reason) {
    if (followsNewest() ? number > latest() : pinned().equals(OptionalLong.of(number))) {
      if (latest() != number && !passedOver.contains(number)) {
        passOver(number, "it " + reason);
      }
    }
    settle();
  }

  /**
   * Passes a version over that answers with what is no number; another one is ready then.
   *
   * @throws IncompatibleStateException if there is no other
   */
  synchronized void diverged(DivergedException diverged) {
    passOver(diverged.version(), String.valueOf(diverged.getMessage()));
    if (latest() == diverged.version()) {
      fallBack();
    }
    settle();
    if (latest() == diverged.version()) {
      throw IncompatibleStateException.resettable(
          served.name(), diverged.getMessage() + ", and no other version can answer");
    }
  }

  private boolean followsNewest() {
    return policy == ServingPolicy.NEWEST
        || pointer.isPresent() && pointer.get().version().isEmpty();
  }

  /** The version that the pointer names, if it decides. */
  private OptionalLong pinned() {
    return followsNewest() || pointer.isEmpty() ? OptionalLong.empty() : pointer.get().version();
  }

  private long latest() {
    return served.latest().orElse(-1);
  }

  /** Loads the newest of some versions that can be used, unless it is loaded; whether one can. */
  private boolean serve(LongPredicate wanted) {
    long below = Long.MAX_VALUE;
    while (true) {
      long bound = below;
      Optional<ModelVersion> found =
          log.newest(
              served.name(), it -> it < bound && wanted.test(it) && !passedOver.contains(it));
      if (found.isEmpty()) {
        return false;
      }
      below = found.get().manifest().getVersion();
      if (below == latest() || load(found.get())) {
        return true;
      }
    }
  }

  private boolean load(ModelVersion version) {
    try {
      served.load(version);
      return true;
    } catch (IncompatibleStateException e) {
      passOver(version.manifest().getVersion(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** Serves the version to roll back to, else the newest below the one that should answer. */
  private void fallBack() {
    OptionalLong pinned = pinned();
    if (pinned.isEmpty() && !followsNewest()) {
      return;
    }
    OptionalLong previous = pinned.isEmpty() ? pinned : pointer.orElseThrow().previous();
    if (previous.isEmpty() || !serve(it -> it == previous.getAsLong())) {
      serve(it -> it < pinned.orElse(Long.MAX_VALUE));
    }
  }

  private void passOver(long number, String reason) {
    LOG.error("version {} of {} is passed over: {}", number, served.name(), reason);
    metrics.passedOver();
    passedOver.add(number);
    if (passedOver.size() > MAX_PASSED_OVER) {
      passedOver.removeFirst();
    }
    untold.put(number, reason);
  }

  /** Makes sure that something answers if it can, and tells what was passed over. */
  private void settle() {
    if (!served.ready() && !passedOver.isEmpty()) {
      fallBack();
    }
    OptionalLong pinned = pinned();
    boolean another =
        pinned.isPresent()
            ? latest() != pinned.getAsLong()
            : !passedOver.isEmpty() && passedOver.last() > latest();
    metrics.fallenBack(another);
    Long goesOn = served.ready() ? Long.valueOf(latest()) : null;
    while (!untold.isEmpty()) {
      var it = untold.pollFirstEntry();
      log.tell(
          new ServingDecision(
              served.name(),
              it.getKey(),
              goesOn,
              ServingReason.PASSED_OVER,
              ScoringConfig.NAME,
              it.getValue(),
              "",
              "",
              null));
    }
  }
}
