package io.millrace.scoring.rollback;

import static io.millrace.scoring.rollback.TestRollbackLog.OTHER;
import static io.millrace.scoring.rollback.TestRollbackLog.PARTITION;
import static io.millrace.scoring.rollback.TestRollbackLog.decision;
import static io.millrace.scoring.rollback.TestRollbackLog.drift;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two instances that follow the same pointer. */
final class DriftRollbackTest {

  private final TestRollbackLog log = new TestRollbackLog();
  private final AtomicInteger counted = new AtomicInteger();
  private final DriftRollback one = instance();
  private final DriftRollback other = instance();

  DriftRollbackTest() {
    log.followers = List.of(one, other);
    log.point(decision(null, null, ServingReason.FOLLOWED));
    one.start(log);
    other.start(log);
  }

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  @Test
  void ofSeveralInstancesThatFindADriftOneRollsBackToWhatWasThereBeforeItsRecords() {
    publish(1, 100);
    publish(2, 200);
    publish(3, 300);

    one.drifted(drift(250));
    other.drifted(drift(260));

    awaitDecisions(1);
    assertThat(log.decisions.getFirst().getVersion()).isEqualTo(2);
    assertThat(log.decisions.getFirst().getPrevious()).isEqualTo(3);
    // The end of the drift is one more, of both: what is held stays held.
    one.drifted(drift(300));
    other.drifted(drift(300));
    TestKafka.await("both have decided", () -> one.isIdle() && other.isIdle());
    assertThat(log.decisions).hasSize(1);
    log.point(decision(null, 2L, ServingReason.FOLLOWED));
    publish(4, 400);
    one.drifted(drift(400));
    awaitDecisions(2);
    assertThat(log.decisions)
        .extracting(ServingDecision::getReason)
        .containsExactly(ServingReason.DRIFT, ServingReason.DRIFT);
    assertThat(log.decisions.get(1).getVersion()).isEqualTo(4);
    TestKafka.await("metric", () -> counted.get() == 2);
  }

  /** Each finds the drift in the partition that it reads; the second one's began earlier. */
  @Test
  void whoKnowsOfEarlierDriftedRecordsRollsBackFurther() {
    publish(1, 100);
    publish(2, 200);
    publish(3, 300);
    log.endOfOther = 50;
    publish(4, 400);

    one.drifted(drift(PARTITION, 400));
    awaitDecisions(1);
    other.drifted(drift(OTHER, 20));
    awaitDecisions(2);
    one.drifted(drift(PARTITION, 350));
    other.drifted(drift(OTHER, 60));
    TestKafka.await("both have decided", () -> one.isIdle() && other.isIdle());

    assertThat(log.decisions).extracting(ServingDecision::getVersion).containsExactly(4L, 3L);
  }

  @Test
  void aVersionThatATrainerDeletesMeanwhileGivesWayToAnOlderOne() {
    publish(1, 100);
    publish(2, 200);
    publish(3, 300);
    log.vanishing = () -> log.usable.remove(2L);

    one.drifted(drift(250));

    awaitDecisions(2);
    TestKafka.await("it has decided", one::isIdle);
    assertThat(log.decisions).extracting(ServingDecision::getVersion).containsExactly(2L, 1L);
    assertThat(log.decisions.getLast().getPrevious()).isEqualTo(3);
    assertThat(counted).hasValue(1);
  }

  @Test
  void aRollbackIsCountedThoughNobodySaysWhetherItsPartsAreThere() {
    publish(1, 100);
    publish(2, 200);
    log.unanswered.set(1);

    one.drifted(drift(150));

    awaitDecisions(1);
    TestKafka.await("it has decided", one::isIdle);
    assertThat(counted).hasValue(1);
  }

  @Test
  void ifNoOlderVersionIsLeftItAsksNoFurther() {
    publish(1, 100);
    publish(2, 200);
    log.vanishing = log.usable::clear;

    one.drifted(drift(150));

    TestKafka.await("it has decided", () -> !log.decisions.isEmpty() && one.isIdle());
    assertThat(log.decisions).hasSize(1);
  }

  @Test
  void looksNoFurtherWithinThePauseAndStillAnswersADriftAtOnce() {
    try (var calm = instance(Duration.ofDays(1))) {
      log.followers = List.of(calm);
      log.point(decision(null, null, ServingReason.FOLLOWED));
      log.end = 100;
      log.usable.add(1L);
      calm.published(new VersionId("vision", 1));
      calm.look(Map.of(PARTITION, 0L));
      calm.start(log);
      TestKafka.await("a look", calm::isIdle);
      int looks = log.looks.get();
      for (int i = 0; i < 100; i++) {
        calm.look(Map.of(PARTITION, 0L));
      }
      calm.drifted(drift(100));

      awaitDecisions(1);
      TestKafka.await("it has decided", calm::isIdle);
      assertThat(log.looks.get() - looks).isEqualTo(1);
    }
  }

  @Test
  void aDriftIsUnansweredUntilItHasRolledBackOrAPersonDecides() {
    publish(1, 100);
    assertThat(one.isUnanswered()).isFalse();

    one.drifted(drift(50));
    TestKafka.await("it has decided", one::isIdle);
    assertThat(one.isUnanswered()).as("no version is old enough").isTrue();
    log.point(decision(1L, null, ServingReason.PROMOTED));
    assertThat(one.isUnanswered()).isFalse();

    one.drifted(drift(100));
    awaitDecisions(1);
    TestKafka.await("it is answered", () -> !one.isUnanswered());
  }

  @Test
  void anErrorThatEndsTheThreadLeavesDriftsUnanswered() {
    publish(1, 100);
    log.vanishing =
        () -> {
          throw new LinkageError("a class is missing");
        };

    one.drifted(drift(100));

    TestKafka.await("the end of the thread", () -> log.closed.get() > 0);
    TestKafka.await("unanswered", one::isUnanswered);
    one.close();
    assertThat(one.isUnanswered()).isTrue();
  }

  @Test
  void connectsAnewAfterAFailureAndEndsItsConnections() {
    publish(1, 100);
    log.failures.set(1);
    int closed = log.closed.get();

    one.drifted(drift(100));

    awaitDecisions(1);
    assertThat(log.closed).hasValue(closed + 1);
    one.close();
    assertThat(log.closed).hasValue(closed + 2);
  }

  @Test
  void whatFailsIsTriedAgain() {
    publish(1, 100);
    log.failures.set(3);

    one.drifted(drift(100));

    awaitDecisions(1);
    assertThat(log.failures).hasNegativeValue();
  }

  /** While no broker answers the stream goes on, and becomes as it was. */
  @Test
  void theFirstDriftIsAnsweredHoweverLateThatIs() {
    publish(1, 100);
    publish(2, 200);
    log.failures.set(Integer.MAX_VALUE);
    one.drifted(drift(150));
    publishTo(one, 3, 300);
    one.drifted(drift(300));
    one.look(Map.of(PARTITION, 300L));
    int failures = log.failures.get();
    TestKafka.await("further tries", () -> log.failures.get() < failures - 3);

    log.failures.set(0);

    awaitDecisions(1);
    assertThat(log.decisions.getFirst().getVersion()).isEqualTo(1);
  }

  @Test
  void afterWhatAPersonDecidesTheReferenceIsANewOne() {
    assertThat(one.hasPersonDecided()).isTrue();
    assertThat(one.hasPersonDecided()).isFalse();

    log.point(decision(4L, null, ServingReason.DRIFT));
    log.point(decision(4L, null, ServingReason.RULE));
    assertThat(one.hasPersonDecided()).isFalse();

    log.point(decision(4L, null, ServingReason.PROMOTED));
    assertThat(one.hasPersonDecided()).isTrue();
  }

  private DriftRollback instance() {
    return instance(Duration.ZERO);
  }

  private DriftRollback instance(Duration lookPause) {
    return new DriftRollback("vision", counted::incrementAndGet, Duration.ofMillis(1), lookPause);
  }

  private void publishTo(DriftRollback instance, long version, long end) {
    log.end = end;
    log.usable.add(version);
    instance.published(new VersionId("vision", version));
  }

  /** A version, after which the topic ends at an offset; both instances have seen that. */
  private void publish(long version, long end) {
    log.end = end;
    log.usable.add(version);
    for (DriftRollback instance : log.followers) {
      instance.published(new VersionId("vision", version));
      instance.look(Map.of(PARTITION, 0L));
      TestKafka.await("a look", instance::isIdle);
    }
  }

  private void awaitDecisions(int count) {
    TestKafka.await("decisions", () -> log.decisions.size() >= count);
    assertThat(log.decisions).hasSize(count);
  }
}
