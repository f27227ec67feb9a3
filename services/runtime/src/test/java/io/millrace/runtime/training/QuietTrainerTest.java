package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.testing.FailpointHalt;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Trainers whose streams are quiet write markers into their input and learn on. */
final class QuietTrainerTest {

  private static final Map<String, String> QUIET = Map.of("sum.step.idle.ms", "100");
  private static final Map<String, String> REHEARSING =
      Map.of("sum.step.idle.ms", "100", "rehearses", "true");

  private final SumService sum = new SumService();

  @AfterEach
  void stop() {
    sum.close();
  }

  @Test
  void aFewRecordsBecomeAVersion() {
    sum.start(sum.oneLog(), QUIET, moment -> {});
    sum.awaitVersion(0);

    sum.send(sum.oneLog(), range(0, 3));

    assertThat(sum.awaitVersion(1)).isEqualTo(model(range(0, 3)));
  }

  @Test
  void aFewRecordsOfOnePartitionOfFourBecomeAVersion() {
    sum.start(sum.fourLogs(), QUIET, moment -> {});
    sum.awaitVersion(0);

    sum.send(sum.fourLogs(), 2, range(0, 3));
    assertThat(sum.awaitVersion(1)).isEqualTo(model(range(0, 3)));
    sum.send(sum.fourLogs(), 3, range(3, 4));

    assertThat(sum.awaitVersion(2)).isEqualTo(model(range(0, 4)));
  }

  @Test
  void itRehearsesAsMuchAsIsUsefulAndTheLogSaysHowMuch() {
    learnRehearsing(sum.oneLog());
  }

  @Test
  void learnedAgainFromTheLogTheVersionsHaveTheSameBytes() {
    assertSameWhenLearnedAgain(sum.oneLog());
  }

  @Test
  void learnedAgainFromFourPartitionsTheVersionsHaveTheSameBytes() {
    assertSameWhenLearnedAgain(sum.fourLogs());
  }

  @Test
  void killedWhileItRehearsesItGoesOnWithTheSameBytes() {
    // After two batches and a rehearsal, which make version 1, while it rehearses for version 2.
    var stop = new FailpointHalt(Failpoint.LEARNED, 4);
    sum.start(sum.oneLog(), REHEARSING, stop);
    sum.awaitVersion(0);
    sum.send(sum.oneLog(), range(0, 7));
    TestKafka.await("the halt", stop::isReached);
    sum.start(sum.oneLog(), REHEARSING, moment -> {});
    awaitRehearsals(14);
    List<ModelManifest> before = sum.manifests();

    learnAgain(sum.oneLog());

    assertSameVersions(before);
  }

  @Test
  void aMarkerThatIsMissingInAPartitionHoldsUpNothing() {
    sum.start(sum.fourLogs());
    sum.awaitVersion(0);
    for (int partition = 0; partition < 4; partition++) {
      sum.send(sum.fourLogs(), partition, range(3 * partition, 3 * partition + 3));
    }

    sum.kafka.send(ControlRecords.of(sum.fourLogs().name(), 1, new StepMarker(3, 0, true)));

    assertThat(sum.awaitVersion(2)).isEqualTo(model(range(0, 12)));
  }

  @Test
  void aMarkerThatCannotBeReachedYetHoldsUpNothingWhenTheStreamIsQuiet() {
    sum.send(sum.fourLogs(), 1, range(0, 2));
    sum.kafka.send(ControlRecords.of(sum.fourLogs().name(), 1, new StepMarker(2, 0, true)));
    sum.send(sum.fourLogs(), 2, range(2, 3));

    sum.start(sum.fourLogs(), QUIET, moment -> {});

    TestKafka.await(
        "all records in a version",
        () -> sum.manifests().stream().anyMatch(it -> it.getRecords() == 3));
  }

  private void assertSameWhenLearnedAgain(Topic<?, ?> input) {
    List<ModelManifest> before = learnRehearsing(input);

    learnAgain(input);

    assertSameVersions(before);
  }

  private List<ModelManifest> learnRehearsing(Topic<?, ?> input) {
    SumService.Instance instance = sum.start(input, REHEARSING, moment -> {});
    sum.awaitVersion(0);
    sum.send(input, range(0, 7));
    awaitRehearsals(14);
    sum.send(input, range(7, 30));
    awaitRehearsals(60);
    instance.close();
    List<ModelManifest> manifests = sum.manifests();
    assertThat(manifests.getLast().getRecords()).isEqualTo(30);
    return manifests;
  }

  private void awaitRehearsals(double count) {
    TestKafka.await(
        count + " rehearsals",
        () -> sum.manifests().stream().anyMatch(it -> it.getMetrics().get("rehearsals") == count));
  }

  /** A trainer that writes no markers reads the same log from its beginning. */
  private void learnAgain(Topic<?, ?> input) {
    sum.closeAll();
    ModelReset.reset(sum.settings, "sum", "sum", input);
    sum.start(input, Map.of("rehearses", "true"), moment -> {});
  }

  /** The versions after the reset, which go on with the next number, are those before it. */
  private void assertSameVersions(List<ModelManifest> before) {
    int count = before.size();
    sum.awaitVersion(2L * count - 1);
    List<ModelManifest> all = new ArrayList<>(sum.manifests());
    assertThat(all.subList(count, 2 * count))
        .extracting(ModelManifest::getSha256)
        .isEqualTo(before.stream().map(ModelManifest::getSha256).toList());
  }
}
