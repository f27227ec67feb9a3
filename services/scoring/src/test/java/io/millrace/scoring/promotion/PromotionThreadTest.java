package io.millrace.scoring.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules' thread in a world that is simulated: models that are right with chances of theirs. */
final class PromotionThreadTest {

  private static final PromotionConfig CONFIG =
      new PromotionConfig(0.002, 500, 0.01, 1_000, 20_000, 0.05, 100);
  private static final int PAIRS = 50;
  private static final double CHAMPION = 0.9;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private @Nullable PromotionThread thread;

  @AfterEach
  void stop() {
    if (thread != null) {
      thread.close();
    }
  }

  static List<Integer> seeds() {
    return java.util.stream.IntStream.range(0, 20).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aSabotagedChallengerIsNeverPromoted(int seed) {
    World world = new World(seed, 400);
    world.model("vision", CHAMPION).model("vision-permuted", permuted(seed));

    start(world);

    world.awaitEnd();
    assertThat(world.decisions).isEmpty();
  }

  /** Those that are as good are the harder case: whoever looks often enough finds one better. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aChallengerThatIsAsGoodIsNotPromoted(int seed) {
    World world = new World(seed, 1_000);
    world.model("vision", CHAMPION).model("vision-slow", CHAMPION).model("vision-wide", CHAMPION);

    start(world);

    world.awaitEnd();
    assertThat(world.decisions).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aBetterChallengerIsPromotedBesideASabotagedOneAndOneByForceGivesWay(int seed) {
    World world = new World(seed, Integer.MAX_VALUE);
    world
        .model("vision", CHAMPION)
        .model("vision-permuted", permuted(seed))
        .model("vision-wide", 0.95);
    start(world);
    TestKafka.await("promoted", () -> !world.decisions.isEmpty());
    ServingDecision promoted = world.decisions.getFirst();
    assertThat(promoted.getReason()).isEqualTo(ServingReason.RULE);
    assertThat(promoted.getServingModel()).isEqualTo("vision-wide");
    assertThat(promoted.getVersion()).isEqualTo(World.NEWEST);
    assertThat(promoted.getPreviousModel()).isEmpty();
    assertThat(promoted.getPrevious()).isEqualTo(World.FIRST);
    assertThat(promoted.getBy()).isEqualTo("scoring");
    assertThat(promoted.getEvidence().getChallenger()).isEqualTo("vision-wide");

    world.force("vision-permuted", 7);

    TestKafka.await("fallen back", () -> world.decisions.size() > 1);
    ServingDecision back = world.decisions.get(1);
    assertThat(back.getReason()).isEqualTo(ServingReason.FALLBACK);
    assertThat(back.getServingModel()).isEqualTo("vision-wide");
    assertThat(back.getVersion()).isEqualTo(World.NEWEST);
    assertThat(back.getPreviousModel()).isEqualTo("vision-permuted");
    assertThat(back.getPrevious()).isEqualTo(7);
    assertThat(back.getEvidence().getChallenger()).isEqualTo("vision-wide@" + World.NEWEST);
    // Counted after the decision is in the log.
    TestKafka.await("counted", () -> promotions("rule") == 1 && promotions("fallback") == 1);
  }

  private double promotions(String reason) {
    return meters.get("millrace.scoring.promotions").tag("reason", reason).counter().count();
  }

  @Test
  void aDecisionIsCountedThoughNobodySaysWhetherItsPartsAreThere() {
    World world = new World(4, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.unanswered.set(1);

    start(world);

    TestKafka.await("promoted", () -> !world.decisions.isEmpty());
    TestKafka.await("counted", () -> promotions("rule") == 1);
    assertThat(world.decisions).hasSize(1);
  }

  @Test
  void aVersionThatHasBegunAnewSinceIsNotPromotedForWhatThoseBeforeHaveShown() {
    World world = new World(4, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.begunAnew.set(true);

    start(world);

    TestKafka.await("promoted", () -> !world.decisions.isEmpty());
    assertThat(world.decisions.getFirst().getServingModel()).isEqualTo("vision-wide");
    assertThat(world.decisions.getFirst().getVersion()).isEqualTo(World.NEWEST);
  }

  @Test
  void theVersionThatWasRolledBackFromIsNotPromotedForWhatItsLearnerHasShown() {
    World world = rolledBack(5);
    world.comparedFrom = 38;
    world.versions = List.of(40L, 39L, 38L);

    world.usable.set(true);

    TestKafka.await("promoted", () -> !world.decisions.isEmpty());
    assertThat(world.decisions.getFirst().getReason()).isEqualTo(ServingReason.RULE);
    assertThat(world.decisions.getFirst().getServingModel()).isEqualTo("vision-wide");
    assertThat(world.decisions.getFirst().getVersion()).isEqualTo(39);
  }

  @Test
  void noVersionIsPromotedWhileTheOnlyOneIsThatThatWasRolledBackFrom() {
    World world = rolledBack(6);
    world.versions = List.of(40L);
    world.usable.set(true);
    int windows = world.windows.get();
    TestKafka.await("looks", () -> world.windows.get() > windows + 100);
    assertThat(world.decisions).isEmpty();

    world.versions = List.of(41L, 40L);

    TestKafka.await("promoted", () -> !world.decisions.isEmpty());
    assertThat(world.decisions.getFirst().getVersion()).isEqualTo(41);
  }

  /** A person has returned from version 40 of the better learner, which was not good itself. */
  private World rolledBack(int seed) {
    World world = new World(seed, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.previousRight = 0.5;
    world.usable.set(false);
    start(world);
    world.force("vision-wide", World.NEWEST);
    world.force("vision", World.FIRST, ServingReason.ROLLED_BACK);
    return world;
  }

  @Test
  void showsTheEvidenceOfEachChallenger() {
    World world = new World(1, 10);
    world.model("vision", CHAMPION).model("vision-permuted", 0.1).model("vision-wide", CHAMPION);

    start(world);

    world.awaitEnd();
    TestKafka.await("gauges", () -> gauge("pairs", "vision-wide") == 10 * PAIRS);
    assertThat(gauge("evidence", "vision-permuted")).isBetween(0.0, 0.1);
    assertThat(gauge("required", "vision-permuted")).isEqualTo(400);
  }

  @Test
  void whatFailsIsTriedAgainAndShown() {
    World world = new World(2, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.broken.set(true);
    start(world);
    TestKafka.await("failures", () -> world.failures.get() > 3);
    assertThat(meters.get("millrace.scoring.promotion.blocked").timeGauge().value()).isPositive();
    assertThat(world.decisions).isEmpty();

    world.broken.set(false);

    TestKafka.await("promoted", () -> world.decisions.size() == 1);
    TestKafka.await(
        "no longer blocked",
        () -> meters.get("millrace.scoring.promotion.blocked").timeGauge().value() == 0);
  }

  @Test
  void aBetterChallengerWithoutAUsableVersionWaitsForOne() {
    World world = new World(3, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.usable.set(false);
    start(world);
    TestKafka.await(
        "blocked", () -> meters.get("millrace.scoring.promotion.blocked").timeGauge().value() > 0);
    assertThat(world.decisions).isEmpty();
    assertThat(world.tries).as("tries, each of which fences whoever decides").hasValue(0);

    world.usable.set(true);

    TestKafka.await("promoted", () -> world.decisions.size() == 1);
  }

  @Test
  void aVersionThatItsTrainerDeletesWhileItIsPromotedIsReplacedByANewerOne() {
    World world = new World(3, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.96);
    world.deletions.set(2);
    start(world);

    TestKafka.await("promoted", () -> world.decisions.size() == 3);

    assertThat(world.decisions)
        .map(ServingDecision::getVersion)
        .containsExactly(World.NEWEST, World.NEWEST + 1, World.NEWEST + 2);
    assertThat(world.decisions)
        .allSatisfy(it -> assertThat(it.getReason()).isEqualTo(ServingReason.RULE))
        .allSatisfy(it -> assertThat(it.getPrevious()).isEqualTo(World.FIRST));
  }

  @Test
  void whoDecidesOnAPointerThatIsNoLongerInForceChangesNothing() {
    World world = new World(4, Integer.MAX_VALUE);
    world.model("vision", CHAMPION).model("vision-wide", 0.1).model("vision-slow", CHAMPION);
    world.deaf.set(true);
    start(world);
    world.force("vision-slow", 5);

    world.model("vision-wide", 1);

    TestKafka.await("tries", () -> world.tries.get() > 0);
    assertThat(world.decisions).isEmpty();
  }

  private double gauge(String name, String challenger) {
    var found =
        meters.find("millrace.scoring.promotion." + name).tag("challenger", challenger).gauge();
    return found == null ? Double.NaN : found.value();
  }

  /** The share of ten classes, equally frequent, that a permutation leaves in place, of 0.9. */
  private static double permuted(int seed) {
    var classes = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    java.util.Collections.shuffle(classes, new java.util.Random(seed));
    int fixed = 0;
    for (int i = 0; i < 10; i++) {
      fixed += classes.get(i) == i ? 1 : 0;
    }
    return (CHAMPION * fixed + (1 - CHAMPION) / 9 * (10 - fixed)) / 10;
  }

  private void start(World world) {
    thread =
        PromotionThread.start(
            "vision",
            CONFIG,
            new PromotionMetrics(meters, "vision", System::nanoTime),
            () -> world,
            Duration.ofMillis(1));
    world.listener = thread;
    world.force("vision", World.FIRST, ServingReason.FIRST);
  }

  /** Compares the version that answers with all others, a window at each poll. */
  private static final class World implements PromotionLog {

    static final long FIRST = 3;
    static final long NEWEST = 40;

    final List<ServingDecision> decisions = new CopyOnWriteArrayList<>();
    final AtomicBoolean broken = new AtomicBoolean();
    final AtomicBoolean usable = new AtomicBoolean(true);
    final AtomicBoolean begunAnew = new AtomicBoolean();
    final AtomicBoolean deaf = new AtomicBoolean();

    /** How many versions are deleted, each at the moment at which it is promoted. */
    final AtomicInteger deletions = new AtomicInteger();

    /** How many questions for a version's parts fail. */
    final AtomicInteger unanswered = new AtomicInteger();

    /** The versions that can answer, the newest first, if a test says which. */
    volatile List<Long> versions = List.of();

    /** The oldest version of a challenger among the answers compared. */
    volatile long comparedFrom = NEWEST;

    /** The chance of the version that answered before, if it is not that of its model. */
    volatile double previousRight = Double.NaN;

    private long newest = NEWEST;
    final AtomicInteger failures = new AtomicInteger();
    final AtomicInteger tries = new AtomicInteger();
    final AtomicInteger windows = new AtomicInteger();
    private final SplittableRandom random;
    private final int length;
    private final Map<String, Double> models = new TreeMap<>();
    private @Nullable PromotionThread listener;
    private Optional<ServingPointer> pointer = Optional.empty();
    private long clock = 1_000_000;

    World(int seed, int length) {
      this.random = new SplittableRandom(seed);
      this.length = length;
    }

    synchronized World model(String name, double right) {
      models.put(name, right);
      return this;
    }

    void awaitEnd() {
      TestKafka.await("all windows", () -> windows.get() > length + 1);
    }

    void force(String model, long version) {
      force(model, version, ServingReason.PROMOTED);
    }

    synchronized void force(String model, long version, ServingReason reason) {
      String serving = model.equals("vision") ? "" : model;
      ServingDecision before = pointer.map(ServingPointer::decision).orElse(null);
      point(
          new ServingDecision(
              "vision",
              version,
              before == null ? null : before.getVersion(),
              reason,
              "ada",
              "",
              serving,
              before == null ? "" : before.getServingModel(),
              null,
              null));
    }

    private void point(ServingDecision decision) {
      boolean first = pointer.isEmpty();
      clock += 1_000;
      pointer = Optional.of(new ServingPointer(decision, Instant.ofEpochMilli(clock - 500)));
      if (first || !deaf.get()) {
        listener.pointerChanged(pointer);
      }
    }

    @Override
    public void seek(Instant since) {
      fail();
    }

    @Override
    public synchronized List<Comparison> poll() {
      fail();
      if (windows.getAndIncrement() >= length) {
        return List.of();
      }
      clock += 1_000;
      // A deaf thread is told of the first champion for good.
      ServingDecision now =
          deaf.get()
              ? new ServingDecision(
                  "vision", FIRST, null, ServingReason.FIRST, "ada", "", "", "", null, null)
              : pointer.orElseThrow().decision();
      String champion = ServingPointer.servingModel(now);
      List<Comparison> compared = new ArrayList<>();
      models.forEach((name, right) -> {
        if (!name.equals(champion)) {
          compared.add(compare(champion, now.getVersion(), name, right));
        }
      });
      new ServingPointer(now, Instant.EPOCH)
          .previous()
          .ifPresent(it ->
              compared.add(
                  compare(
                      champion,
                      now.getVersion(),
                      it.toString(),
                      Double.isNaN(previousRight) ? models.get(it.model()) : previousRight)));
      return compared;
    }

    private Comparison compare(String champion, long version, String challenger, double right) {
      Comparison it =
          ComparisonSamples.window(
              random,
              PAIRS,
              Instant.ofEpochMilli(clock),
              champion,
              version,
              models.get(champion),
              challenger,
              right);
      return Comparison.newBuilder(it).setChallengerFrom(comparedFrom).build();
    }

    private void fail() {
      if (broken.get()) {
        failures.incrementAndGet();
        throw new TimeoutException("no broker answers");
      }
    }

    @Override
    public boolean caughtUp() {
      return true;
    }

    @Override
    public OptionalLong newestUsable(String model, LongPredicate wanted) {
      if (!usable.get()) {
        return OptionalLong.empty();
      }
      if (!versions.isEmpty()) {
        return versions.stream().mapToLong(Long::longValue).filter(wanted).findFirst();
      }
      long latest = begunAnew.get() ? newest + 5 : newest;
      return LongStream.of(latest, newest).filter(wanted).findFirst();
    }

    @Override
    public boolean hasParts(String model, long version) {
      if (unanswered.getAndDecrement() > 0) {
        throw new TimeoutException("no broker answers");
      }
      if (deletions.get() == 0) {
        return true;
      }
      deletions.decrementAndGet();
      newest++;
      return false;
    }

    @Override
    public synchronized Optional<ServingDecision> change(
        String model, Function<Optional<ServingPointer>, Optional<ServingDecision>> decide) {
      fail();
      Optional<ServingDecision> decided = decide.apply(pointer);
      decided.ifPresent(it -> {
        decisions.add(it);
        point(it);
      });
      tries.incrementAndGet();
      return decided;
    }

    @Override
    public void close() {}
  }
}
