package io.millrace.scoring.rollback;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls one model back, and holds it, when what it is given has drifted, on a thread of its own:
 *
 * <ol>
 *   <li>Now and then it notes the newest versions, and after that where the topic ends: none of
 *       these versions can have learned from what comes after these ends.
 *   <li>Of a drift it looks up the last such moment before the first record that may have drifted,
 *       and decides by {@link RollbackDecision} and {@link ServingChange}. Of several instances one
 *       does; the others find that a drift holds the pointer already, and move it only if they know
 *       of earlier drifted records.
 *   <li>Looks after the decision whether the version still has its parts, since a trainer that has
 *       not seen the decision yet may have deleted them; if not, decides once more.
 *   <li>If no version is known to be that old it says so, and what answers goes on.
 * </ol>
 *
 * <p>What fails is logged and tried again: scoring goes on meanwhile. What is noted is in memory:
 * of records that were on the topic before the process began it is not known which versions are
 * older.
 */
public final class DriftRollback implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DriftRollback.class);
  private static final Duration RETRY = Duration.ofSeconds(3);

  /** Between two looks: each asks the brokers. */
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private static final int MOST_REPEATS = 3;

  private final String model;
  private final Runnable metric;
  private final Duration retry;
  private final Duration lookPause;
  private final VersionSnapshots snapshots = new VersionSnapshots();
  private final AtomicBoolean personDecided = new AtomicBoolean();

  // All of these are guarded by this object.
  private final Map<String, Long> newest = new HashMap<>();
  private Optional<ServingPointer> pointer = Optional.empty();
  private Map<TopicPartition, Long> since = Map.of();
  private long looksAsked;
  private long looksDone;
  private long lastLook;
  private @Nullable Found found;

  /** Whether a drift was found of which nobody has decided. */
  private boolean unanswered;

  private boolean closed;
  private @Nullable Thread thread;

  /** What is to be done about a drift. */
  private enum ToDo {
    HELD,
    NONE_OLD_ENOUGH,
    TO_DECIDE
  }

  /** A drift, and the pointer in force when it was found. */
  private record Found(InputDrift drift, Optional<ServingPointer> seen) {}

  /**
   * Nothing is known yet.
   *
   * @param model the kind
   * @param metric is told of each rollback
   */
  public DriftRollback(String model, Runnable metric) {
    this(model, metric, RETRY, LOOK_PAUSE);
  }

  /**
   * The same.
   *
   * @param retry the pause after what failed
   * @param lookPause the least time between two looks
   */
  DriftRollback(String model, Runnable metric, Duration retry, Duration lookPause) {
    this.model = model;
    this.metric = metric;
    this.retry = retry;
    this.lookPause = lookPause;
  }

  /**
   * Starts the thread.
   *
   * @param topic what is scored
   */
  public void start(Settings settings, String topic) {
    start(new KafkaRollbackLog(settings, topic));
  }

  synchronized void start(RollbackLog log) {
    Thread started =
        Thread.ofPlatform().daemon().name("rollback-" + model).unstarted(() -> run(log));
    thread = started;
    started.start();
  }

  /** Takes a version that was published. */
  public synchronized void published(VersionId version) {
    newest.merge(version.model(), version.number(), Math::max);
    look(Map.of());
  }

  /** Takes the pointer in force, or its absence. */
  public synchronized void pointerChanged(Optional<ServingPointer> now) {
    if (!now.equals(pointer)) {
      if (now.filter(RollbackDecision::isByPerson).isPresent()) {
        personDecided.set(true);
        unanswered = false;
      } else if (found == null && now.filter(RollbackDecision::isByDrift).isPresent()) {
        // Another instance has answered it.
        unanswered = false;
      }
    }
    pointer = now;
  }

  /**
   * Whether a person has decided since this was asked last: they know the stream, so what comes
   * from now on is the reference.
   */
  public boolean hasPersonDecided() {
    return personDecided.getAndSet(false);
  }

  /**
   * Has it note the versions and ends of now, or of a second later. Returns at once.
   *
   * @param since the first records that a later drift can be about; none if there are no such yet
   */
  public synchronized void look(Map<TopicPartition, Long> since) {
    this.since = since.isEmpty() ? this.since : Map.copyOf(since);
    looksAsked++;
    notifyAll();
  }

  /** Takes a drift, unless an earlier one is still to be answered. Returns at once. */
  public synchronized void drifted(InputDrift drift) {
    if (found == null) {
      found = new Found(drift, pointer);
      unanswered = true;
      notifyAll();
    }
  }

  /**
   * Whether there is a drift that has neither rolled back nor found a version held: it cannot be
   * answered at this moment, no version is known to be old enough, or an error has ended the
   * thread. What a person decides answers it.
   */
  public synchronized boolean isUnanswered() {
    return unanswered;
  }

  private void run(RollbackLog log) {
    boolean ended = false;
    try {
      work(log);
      ended = true;
    } finally {
      if (!ended) {
        // An error of the JVM: nobody will answer any further drift.
        synchronized (this) {
          unanswered = true;
        }
      }
    }
  }

  private void work(RollbackLog log) {
    try (log) {
      while (awaitWork()) {
        try {
          note(log);
          rollBack(log);
        } catch (ServingChange.OvertakenException e) {
          LOG.info("another instance or person decides which version of {} answers", model);
          pause();
        } catch (RuntimeException e) {
          LOG.warn(
              "a drift of what {} is given cannot be answered, which is tried again: {}",
              model,
              RootCause.message(e),
              e);
          log.close();
          pause();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for something to do; whether it goes on. */
  private synchronized boolean awaitWork() throws InterruptedException {
    while (!closed && found == null) {
      if (looksAsked == looksDone) {
        wait();
      } else if (looksDone > 0 && untilLook() > 0) {
        wait(untilLook());
      } else {
        break;
      }
    }
    return !closed;
  }

  /** Milliseconds until the next look, at least one unless it is due. */
  private long untilLook() {
    long nanos = lookPause.toNanos() - (System.nanoTime() - lastLook);
    return nanos <= 0 ? 0 : nanos / 1_000_000 + 1;
  }

  /** Whether all was done that it was told of. */
  synchronized boolean isIdle() {
    return looksAsked == looksDone && found == null;
  }

  private synchronized void pause() throws InterruptedException {
    long end = System.nanoTime() + retry.toNanos();
    long left = retry.toMillis();
    while (!closed && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }

  private void note(RollbackLog log) {
    Map<TopicPartition, Long> from;
    Map<String, Long> versions;
    long asked;
    synchronized (this) {
      if (looksAsked == looksDone) {
        return;
      }
      asked = looksAsked;
      // A drift that is still to be answered needs an older moment than what is read now.
      from = found == null ? since : Map.of();
      versions = Map.copyOf(newest);
    }
    if (!from.isEmpty()) {
      snapshots.forgetBefore(from);
    }
    // Only after the versions: else a version could have learned from what came after the ends.
    snapshots.add(versions, log.ends());
    synchronized (this) {
      looksDone = asked;
      lastLook = System.nanoTime();
    }
  }

  private void rollBack(RollbackLog log) {
    Found it;
    Optional<ServingPointer> known;
    Map<String, Long> versions;
    synchronized (this) {
      it = found;
      known = pointer;
      versions = Map.copyOf(newest);
    }
    if (it == null) {
      return;
    }
    var decision =
        new RollbackDecision(
            model,
            it.drift(),
            it.seen(),
            snapshots.before(it.drift().since()).orElse(Map.of()),
            versions);
    boolean answered =
        switch (toDo(decision, log, known)) {
          case HELD -> true;
          case NONE_OLD_ENOUGH -> false;
          case TO_DECIDE -> {
            carryOut(log, decision);
            yield true;
          }
        };
    synchronized (this) {
      if (it.equals(found)) {
        unanswered = unanswered && !answered;
        found = null;
      }
    }
  }

  private void carryOut(RollbackLog log, RollbackDecision decision) {
    var decider = new Decider(log, decision);
    Optional<ServingDecision> made = log.change(model, decider);
    if (made.isEmpty()) {
      return;
    }
    metric.run();
    ServingDecision last = made.get();
    try {
      for (int i = 0; i < MOST_REPEATS && made.isPresent() && !isKept(log, last); i++) {
        LOG.info("version {} was deleted while it was chosen", last.getVersion());
        decider.repeat(last);
        made = log.change(model, decider);
        last = made.orElse(last);
      }
    } finally {
      // Also where the brokers did not answer whether its parts are there: it is decided.
      told(last);
    }
    if (!decider.overtaken && !isKept(log, last)) {
      LOG.warn(
          "version {} of {} was deleted while it was chosen, and no older one can answer: `millrace"
              + " models promote {}` names one, {}.models.retain keeps more",
          last.getVersion(),
          ServingPointer.servingModel(last),
          model,
          model);
    }
  }

  private static boolean isKept(RollbackLog log, ServingDecision made) {
    return log.hasParts(new VersionId(ServingPointer.servingModel(made), made.getVersion()));
  }

  /** Decides about the pointer in force; once more only in place of a decision of its own. */
  private static final class Decider
      implements Function<Optional<ServingPointer>, Optional<ServingDecision>> {

    private final RollbackLog log;
    private final RollbackDecision decision;
    private Optional<ServingPointer> replaced = Optional.empty();
    private Optional<ServingDecision> own = Optional.empty();

    /** Whether somebody has decided since. */
    private boolean overtaken;

    Decider(RollbackLog log, RollbackDecision decision) {
      this.log = log;
      this.decision = decision;
    }

    void repeat(ServingDecision made) {
      own = Optional.of(made);
    }

    @Override
    public Optional<ServingDecision> apply(Optional<ServingPointer> inForce) {
      if (own.isEmpty()) {
        replaced = inForce;
        return inForce.flatMap(it -> decision.decide(log, it));
      }
      overtaken = !inForce.map(ServingPointer::decision).equals(own);
      return overtaken ? Optional.empty() : replaced.flatMap(it -> decision.decideAgain(log, it));
    }
  }

  /** Asked before the change, which would fence a person who decides meanwhile. */
  private ToDo toDo(RollbackDecision decision, RollbackLog log, Optional<ServingPointer> known) {
    if (known.isEmpty() || !decision.moves(known.get())) {
      LOG.info(
          "the input of {} has drifted; nothing is rolled back, since {}",
          model,
          known.isEmpty() ? "no version was chosen yet" : "the version that answers is held");
      return ToDo.HELD;
    }
    if (decision.decide(log, known.get()).isEmpty()) {
      LOG.warn(
          "the input of {} has drifted, from {} on; nothing is rolled back, since no version is"
              + " known to be older and can answer: what answers goes on. `millrace models list {}`"
              + " shows the versions, `millrace models promote` names one, {}.models.retain keeps"
              + " more",
          model,
          decision.drift().place(),
          model,
          model);
      return ToDo.NONE_OLD_ENOUGH;
    }
    return ToDo.TO_DECIDE;
  }

  private void told(ServingDecision made) {
    LOG.warn(
        "version {} of {} answers: {}; `millrace models follow {}` or `promote` ends that",
        made.getVersion(),
        ServingPointer.servingModel(made),
        made.getNote(),
        model);
  }

  /** Stops; returns when the thread has ended, or after five seconds. */
  @Override
  public void close() {
    Thread started;
    synchronized (this) {
      closed = true;
      started = thread;
      notifyAll();
    }
    if (started != null) {
      try {
        started.join(STOP_WITHIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
