package io.millrace.scoring.promotion;

import static io.millrace.runtime.models.ServingPointer.servingModel;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the comparisons of one model and decides by {@link PromotionRule}, on a thread of its
 * own:
 *
 * <ol>
 *   <li>Waits for a pointer that rules move.
 *   <li>Reads the comparisons that were written since that pointer: what it knows is in the topic
 *       alone, so a process that starts knows what the one before did.
 *   <li>After each poll, once it has read up to the end, asks the rule.
 *   <li>Decides by {@link ServingChange}, provided that the same pointer is still in force and that
 *       the version can answer. If somebody else was faster, their pointer arrives and it begins
 *       anew.
 * </ol>
 *
 * <p>Whatever fails is logged, counts as blocked, and is tried again: scoring goes on without
 * rules.
 */
final class PromotionThread implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PromotionThread.class);
  private static final Duration IDLE = Duration.ofMillis(200);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private static final int MOST_REPEATS = 3;

  private final String model;
  private final PromotionConfig config;
  private final PromotionRule rule;
  private final PromotionMetrics metrics;
  private final Supplier<PromotionLog> logs;
  private final Duration retry;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Optional<ServingPointer> pointer = Optional.empty();

  /** What became of a verdict. */
  private enum Outcome {
    /** This champion needs no further look: there is a newer one. */
    DECIDED,
    /** Somebody else decides at this moment; perhaps they do not succeed. */
    OVERTAKEN,
    /** No version can answer. */
    UNUSABLE
  }

  private PromotionThread(
      String model,
      PromotionConfig config,
      PromotionMetrics metrics,
      Supplier<PromotionLog> logs,
      Duration retry) {
    this.model = model;
    this.config = config;
    this.rule = new PromotionRule(config);
    this.metrics = metrics;
    this.logs = logs;
    this.retry = retry;
    this.thread = Thread.ofPlatform().daemon().name("promotion-" + model).unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @param logs connects
   * @param retry the pause after what failed
   */
  static PromotionThread start(
      String model,
      PromotionConfig config,
      PromotionMetrics metrics,
      Supplier<PromotionLog> logs,
      Duration retry) {
    var started = new PromotionThread(model, config, metrics, logs, retry);
    started.thread.start();
    return started;
  }

  /** Takes the pointer in force. */
  void pointerChanged(Optional<ServingPointer> now) {
    pointer = now;
  }

  /** Asks it to stop. */
  void stop() {
    closed.countDown();
  }

  /** Stops; returns when the thread has ended, or after five seconds. */
  @Override
  public void close() {
    stop();
    try {
      thread.join(STOP_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (isOpen()) {
        try (PromotionLog log = logs.get()) {
          followAll(log);
        } catch (RuntimeException e) {
          metrics.blocked();
          LOG.warn(
              "the rules of {} cannot work, and try again: {}", model, RootCause.message(e), e);
          pause(retry);
        }
      }
    } finally {
      if (isOpen()) {
        // An error of the JVM has ended the thread: nobody tries again.
        metrics.blocked();
      }
    }
  }

  private void followAll(PromotionLog log) {
    while (isOpen()) {
      Optional<ServingPointer> now = pointer.filter(PromotionRule::moves);
      if (now.isPresent()) {
        follow(log, now.get());
      } else {
        metrics.working();
        metrics.standings(List.of());
        pause(IDLE);
      }
    }
  }

  /** Decides about a champion until there is another pointer. */
  private void follow(PromotionLog log, ServingPointer champion) {
    var record = new ChampionRecord(champion, config.trialLabels());
    log.seek(champion.since());
    boolean caughtUp = false;
    boolean decided = false;
    while (isOpen() && pointer.equals(Optional.of(champion))) {
      List<Comparison> polled = log.poll();
      polled.forEach(record::accept);
      boolean news = !polled.isEmpty() || !caughtUp;
      caughtUp = caughtUp || log.caughtUp();
      if (caughtUp && !decided) {
        if (news) {
          metrics.standings(rule.standings(record));
        }
        decided = isDecided(log, record);
      }
    }
  }

  /** Whether this champion needs no further look. */
  private boolean isDecided(PromotionLog log, ChampionRecord record) {
    List<PromotionRule.Verdict> verdicts = rule.decide(record);
    if (verdicts.isEmpty()) {
      metrics.working();
      return false;
    }
    return switch (carryOut(log, record.pointer(), verdicts)) {
      case DECIDED -> {
        metrics.working();
        yield true;
      }
      case OVERTAKEN -> {
        pause(retry);
        yield false;
      }
      case UNUSABLE -> {
        metrics.blocked();
        pause(retry.multipliedBy(5));
        yield false;
      }
    };
  }

  private Outcome carryOut(
      PromotionLog log, ServingPointer champion, List<PromotionRule.Verdict> verdicts) {
    if (usable(log, champion, verdicts).isEmpty()) {
      return unusable(champion, verdicts);
    }
    try {
      var decider = new Decider(log, champion, verdicts);
      Optional<ServingDecision> made = log.change(model, decider);
      try {
        for (int i = 0; i < MOST_REPEATS && made.filter(it -> !isKept(log, it)).isPresent(); i++) {
          LOG.info("version {} was deleted while it was chosen", made.get().getVersion());
          decider.repeat(made.get());
          made = log.change(model, decider);
        }
      } finally {
        // Also where the brokers did not answer whether its parts are there: it is decided.
        made.ifPresent(this::report);
      }
      return decider.unusable ? unusable(champion, verdicts) : Outcome.DECIDED;
    } catch (ServingChange.OvertakenException e) {
      LOG.info("another instance or person decides which version of {} answers", model);
      return Outcome.OVERTAKEN;
    }
  }

  private void report(ServingDecision made) {
    metrics.decided(made.getReason());
    LOG.info("version {} of {} answers: {}", made.getVersion(), servingModel(made), made.getNote());
  }

  private static Outcome unusable(ServingPointer champion, List<PromotionRule.Verdict> verdicts) {
    LOG.warn(
        "{}; but no version of it that was compared can answer, so version {} of {} goes on",
        PromotionRule.note(verdicts.getFirst()),
        champion.decision().getVersion(),
        servingModel(champion.decision()));
    return Outcome.UNUSABLE;
  }

  /** A trainer that has not seen the decision yet may have deleted what was the newest. */
  private static boolean isKept(PromotionLog log, ServingDecision made) {
    return log.hasParts(servingModel(made), made.getVersion());
  }

  /** Takes the first verdict of which a version can answer, if its champion still answers. */
  private final class Decider
      implements Function<Optional<ServingPointer>, Optional<ServingDecision>> {

    private final PromotionLog log;
    private final ServingPointer champion;
    private final List<PromotionRule.Verdict> verdicts;
    private Optional<ServingDecision> own = Optional.empty();
    private boolean unusable;

    Decider(PromotionLog log, ServingPointer champion, List<PromotionRule.Verdict> verdicts) {
      this.log = log;
      this.champion = champion;
      this.verdicts = verdicts;
    }

    /** Has it decide once more, in place of a decision of its own. */
    void repeat(ServingDecision made) {
      own = Optional.of(made);
    }

    @Override
    public Optional<ServingDecision> apply(Optional<ServingPointer> inForce) {
      boolean isOurs =
          own.isEmpty()
              ? inForce.equals(Optional.of(champion))
              : inForce.map(ServingPointer::decision).equals(own);
      if (!isOurs) {
        return Optional.empty();
      }
      Optional<ServingDecision> decided = usable(log, champion, verdicts);
      unusable = decided.isEmpty();
      return decided;
    }
  }

  /**
   * The decision for the first verdict of which a version can answer; empty if none can. It is
   * asked before {@link ServingChange}, too, which would fence a person who decides meanwhile.
   */
  private Optional<ServingDecision> usable(
      PromotionLog log, ServingPointer champion, List<PromotionRule.Verdict> verdicts) {
    for (PromotionRule.Verdict verdict : verdicts) {
      OptionalLong version = version(log, champion, verdict);
      if (version.isPresent()) {
        return Optional.of(decision(champion, verdict, version.getAsLong()));
      }
    }
    return Optional.empty();
  }

  /**
   * The version that a verdict names, or the newest that was compared; if none of these has its
   * parts any more, the newest since. What came after those that were compared may have begun anew,
   * by a reset or a drift, and know nothing.
   */
  private static OptionalLong version(
      PromotionLog log, ServingPointer champion, PromotionRule.Verdict verdict) {
    boolean sameModel = verdict.model().equals(servingModel(champion.decision()));
    long answering = champion.decision().getVersion();
    long first = verdict.version().orElse(verdict.evidence().getChallengerFrom());
    long last = verdict.version().orElse(verdict.evidence().getChallengerTo());
    // What was rolled back from has kept its parts, and is not what has shown to be better.
    Optional<VersionId> before =
        verdict.version().isPresent() ? Optional.empty() : champion.previous();
    LongPredicate mayAnswer =
        it ->
            it >= first
                && !(sameModel && it == answering)
                && !before.equals(Optional.of(new VersionId(verdict.model(), it)));
    OptionalLong compared =
        log.newestUsable(verdict.model(), it -> it <= last && mayAnswer.test(it));
    return compared.isPresent() || verdict.version().isPresent()
        ? compared
        : log.newestUsable(verdict.model(), mayAnswer);
  }

  private ServingDecision decision(
      ServingPointer champion, PromotionRule.Verdict verdict, long version) {
    return new ServingDecision(
        model,
        version,
        champion.decision().getVersion(),
        verdict.reason(),
        Promotions.BY,
        PromotionRule.note(verdict),
        ServingPointer.inDecision(model, verdict.model()),
        champion.decision().getServingModel(),
        verdict.evidence(),
        null);
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  private void pause(Duration duration) {
    try {
      // Whether it has been closed meanwhile is looked at by the caller.
      boolean _ = closed.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closed.countDown();
      Thread.currentThread().interrupt();
    }
  }
}
