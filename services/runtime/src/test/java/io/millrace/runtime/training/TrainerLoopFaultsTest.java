package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.STEP_RECORDS;
import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever dies, stalls or fails: the same log makes the same bytes, and each step happens once.
 */
final class TrainerLoopFaultsTest {

  private final SumService sum = new SumService();

  @AfterEach
  void stop() {
    sum.close();
  }

  @ParameterizedTest
  @EnumSource(Failpoint.class)
  void aDeathAtAnyMomentChangesNothing(Failpoint moment) {
    sum.send(sum.oneLog(), range(0, 45));
    boolean once =
        moment == Failpoint.OWNED
            || moment == Failpoint.INITIALISED
            || moment == Failpoint.RESTORED;
    var death = new FailpointHalt(moment, once ? 1 : 3);
    sum.start(sum.oneLog(), death);
    TestKafka.await("death when " + moment, death::isReached);

    sum.start(sum.oneLog());

    assertUndisturbed(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 13, 20})
  void stepsThatGrowEndWhereTheLogSaysAfterADeathToo(int batch) {
    Map<String, String> grows = Map.of("grows", "true");
    sum.send(sum.oneLog(), range(0, 100));
    var death = new FailpointHalt(Failpoint.LEARNED, batch);
    sum.start(sum.oneLog(), grows, death);
    TestKafka.await("death", death::isReached);

    var successor = sum.start(sum.oneLog(), grows, moment -> {});

    assertThat(sum.awaitVersion(6)).isEqualTo(model(range(0, 95)));
    assertThat(sum.manifests())
        .extracting(ModelManifest::getRecords)
        .containsExactly(0L, 10L, 20L, 30L, 45L, 65L, 95L);
    TestKafka.await("the next step", () -> successor.gauge("millrace.step.records") == 45);
    death.kill();
  }

  @Test
  void manyDeathsAtRandomMomentsChangeNothing() {
    var random = new Random(20_261_124);
    sum.send(sum.fourLogs(), 0, range(0, 60));
    sum.send(sum.fourLogs(), 1, range(60, 120));
    sum.send(sum.fourLogs(), 2, range(120, 180));
    sum.send(sum.fourLogs(), 3, range(180, 240));
    Failpoint[] moments = {
      Failpoint.LEARNED, Failpoint.BEGUN, Failpoint.SENT, Failpoint.OFFSETS_SENT
    };
    for (int i = 0; i < 4; i++) {
      var death = new FailpointHalt(moments[random.nextInt(moments.length)], 1 + random.nextInt(4));
      sum.start(sum.fourLogs(), death);
      TestKafka.await("death " + i, death::isReached);
    }

    sum.start(sum.fourLogs());

    LongStream order =
        range(0, 20)
            .flatMap(round ->
                range(0, 4).flatMap(p -> range(60 * p + 3 * round, 60 * p + 3 * round + 3)));
    assertThat(sum.awaitVersion(24)).isEqualTo(model(order));
    assertEachStepHappenedOnce(24);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"LEARNED", "BEGUN", "SENT", "OFFSETS_SENT"})
  void aStalledOwnerIsFencedAndStandsBy(Failpoint moment) {
    sum.send(sum.oneLog(), range(0, 45));
    var stall = new FailpointHalt(moment, 3);
    var stalled = sum.start(sum.oneLog(), stall);
    TestKafka.await("stall", stall::isReached);
    var successor = sum.start(sum.oneLog());
    sum.awaitVersion(4);

    stall.resume();

    TestKafka.await(
        "the stalled owner stands by",
        () ->
            stalled.gauge("millrace.trainer.active") == 0
                && stalled.service().health() == Service.Health.READY);
    sum.send(sum.oneLog(), range(45, 50));
    assertUndisturbed(5);
    assertThat(successor.gauge("millrace.trainer.active")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failpoint.class,
      names = {"BEGUN", "SENT", "OFFSETS_SENT", "COMMITTED"})
  void aTransactionWhoseEndNobodyKnowsIsSettledAndTheStateRolledBack(Failpoint moment) {
    sum.send(sum.oneLog(), range(0, 45));
    var times = new AtomicInteger(3);

    var instance =
        sum.start(
            sum.oneLog(),
            Map.of(),
            now -> {
              if (now == moment && times.decrementAndGet() == 0) {
                throw new TimeoutException("no answer when " + now);
              }
            });

    assertUndisturbed(4);
    assertThat(instance.count("millrace.aborts")).isEqualTo(1);
  }

  @Test
  void aStandbyTakesOverWhenTheOwnerStops() {
    sum.send(sum.oneLog(), range(0, 25));
    var owner = sum.start(sum.oneLog());
    sum.awaitVersion(2);
    var standby = sum.start(sum.oneLog());
    TestKafka.await("standby", () -> standby.service().health() == Service.Health.READY);
    assertThat(standby.gauge("millrace.trainer.active")).isZero();
    assertThat(owner.gauge("millrace.trainer.active")).isEqualTo(1);

    owner.close();
    sum.send(sum.oneLog(), range(25, 40));

    assertUndisturbed(4);
    assertThat(standby.gauge("millrace.trainer.active")).isEqualTo(1);
  }

  @Test
  void aRunningTrainerThatIsResetBeginsAnewAndVersionsGoOn() {
    sum.send(sum.oneLog(), range(0, 25));
    var instance = sum.start(sum.oneLog());
    sum.awaitVersion(2);

    ModelReset.reset(sum.settings, "sum", "sum", sum.oneLog());
    sum.send(sum.oneLog(), range(25, 30));

    assertThat(sum.awaitVersion(6)).isEqualTo(model(range(0, 30)));
    assertThat(sum.manifests())
        .extracting(manifest -> manifest.getVersion() + ":" + manifest.getRecords())
        .containsExactly("0:0", "1:10", "2:20", "3:0", "4:10", "5:20", "6:30");
    assertThat(instance.count("millrace.fencings")).isEqualTo(1);
  }

  private void assertUndisturbed(int versions) {
    assertThat(sum.awaitVersion(versions)).isEqualTo(model(range(0, versions * STEP_RECORDS)));
    assertEachStepHappenedOnce(versions);
  }

  private void assertEachStepHappenedOnce(int versions) {
    assertThat(sum.manifests())
        .extracting(manifest -> manifest.getVersion() + ":" + manifest.getRecords())
        .containsExactlyElementsOf(
            range(0, versions + 1).mapToObj(v -> v + ":" + v * STEP_RECORDS).toList());
    assertThat(sum.outputs())
        .containsExactlyElementsOf(
            range(0, versions + 1).mapToObj(v -> "" + v * STEP_RECORDS).toList());
  }
}
