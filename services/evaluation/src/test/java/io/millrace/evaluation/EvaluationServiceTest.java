package io.millrace.evaluation;

import static io.millrace.evaluation.EvaluationTestDriver.CONFIG;
import static io.millrace.evaluation.EvaluationTestDriver.TOPICS;
import static io.millrace.evaluation.EvaluationTestDriver.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Scope;
import io.millrace.topics.Catalogue;
import io.millrace.topics.InternalTopic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluationServiceTest {

  private final EvaluationTestDriver bench;

  EvaluationServiceTest(@TempDir Path folder) {
    bench = new EvaluationTestDriver(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theTopologyKeepsItsNamesSinceAnotherWouldAbandonItsState() throws IOException {
    try (InputStream golden = getClass().getResourceAsStream("/golden/topology.txt")) {
      assertThat(description().stripTrailing() + "\n")
          .isEqualToNormalizingNewlines(
              new String(Objects.requireNonNull(golden).readAllBytes(), UTF_8));
    }
  }

  @Test
  void everyInternalTopicIsInTheCatalogue() {
    Stream<String> stores =
        Pattern.compile("stores: \\[([^\\]]+)]")
            .matcher(description())
            .results()
            .flatMap(match -> Pattern.compile(", ").splitAsStream(match.group(1)))
            .map(store -> store + "-changelog");
    Stream<String> repartitions =
        Pattern.compile("Sink: \\S+ \\(topic: (\\S+-repartition)\\)")
            .matcher(description())
            .results()
            .map(match -> match.group(1));

    assertThat(Stream.concat(stores, repartitions))
        .isNotEmpty()
        .map(name -> "millrace-evaluation-" + name)
        .containsExactlyInAnyOrderElementsOf(
            Catalogue.load().streams().stream()
                .filter(topic -> topic.owner().equals("evaluation"))
                .map(InternalTopic::name)
                .toList());
  }

  @Test
  void judgesByTheLabelThatCameWithTheRecord() {
    bench.manifest(0, 0);
    bench.predicted(1, 0, "7");
    bench.predicted(2, 0, "1");
    bench.predicted(3, 0, "never seen");

    Evaluation evaluation = bench.published().getFirst().value();

    assertThat(evaluation.getModel()).isEqualTo("vision");
    assertThat(evaluation.getVersion()).isZero();
    assertThat(evaluation.getScope()).isEqualTo(Scope.PREQUENTIAL);
    assertThat(evaluation.getWindowStart()).isEqualTo(EvaluationTestDriver.START);
    assertThat(evaluation.getWindowEnd())
        .isEqualTo(EvaluationTestDriver.START.plus(CONFIG.window()));
    assertThat(evaluation.getCount()).isEqualTo(3);
    assertThat(evaluation.getCorrect()).isEqualTo(1);
    assertThat(evaluation.getAccuracy()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(evaluation.getLoss())
        .isCloseTo(-(Math.log(0.75) + Math.log(0.25) + Math.log(1e-12)) / 3, within(1e-12));
    assertThat(evaluation.getLabelDelayMillis()).isZero();
  }

  @Test
  void aLabelMayComeBeforeThePredictionOrLongAfter() {
    bench.manifest(0, 0);
    bench.label(1, "7");
    bench.pass(Duration.ofSeconds(1));
    bench.predicted(1, 0, null);
    bench.predicted(2, 0, null);
    bench.pass(Duration.ofMinutes(59));
    bench.label(2, "1");

    Evaluation evaluation = bench.published().getLast().value();

    assertThat(evaluation.getWindowStart()).isEqualTo(EvaluationTestDriver.START);
    assertThat(evaluation.getCount()).isEqualTo(2);
    assertThat(evaluation.getCorrect()).isEqualTo(1);
    assertThat(evaluation.getLabelDelayMillis()).isEqualTo(Duration.ofMinutes(59).toMillis() / 2.0);
    assertThat(bench.figures.waiting()).isZero();
  }

  @Test
  void aLabelRepeatedOrCorrectedJudgesNothingAgain() {
    bench.manifest(0, 0);
    bench.predicted(1, 0, null);
    bench.label(1, "7");
    bench.label(1, "7");
    bench.label(1, "1");

    assertThat(bench.published())
        .extracting(TestRecord::value)
        .singleElement()
        .satisfies(evaluation -> assertThat(evaluation.getCorrect()).isEqualTo(1))
        .satisfies(evaluation -> assertThat(evaluation.getCount()).isEqualTo(1));
  }

  @Test
  void aLabelIsForItsSubjectAloneThoughAnotherBeginsAlike() {
    bench.manifest(0, 0);
    bench.predicted(1, 0, null);
    bench.predicted(11, 0, null);
    bench.label(1, "7");

    assertThat(bench.counts()).containsExactly(Map.entry(key(0, Scope.PREQUENTIAL), 1L));
    assertThat(bench.figures.waiting()).isEqualTo(1);
  }

  @Test
  void aPredictionOfWhatTheVersionHadLearnedFromIsCountedApart() {
    bench.example(1);
    bench.example(2);
    bench.example(3);
    bench.manifest(5, 2);

    bench.predicted(1, 5, "7");
    bench.predicted(2, 5, "7");
    bench.predicted(3, 5, "7");
    bench.predicted(4, 5, "7");

    assertThat(bench.counts())
        .containsExactly(
            Map.entry(key(5, Scope.PREQUENTIAL), 2L), Map.entry(key(5, Scope.SEEN), 2L));
  }

  @Test
  void aJudgementIsHeldUntilTheVersionIsKnown() {
    bench.example(1);
    bench.predicted(1, 5, "7");

    assertThat(bench.counts()).isEmpty();
    assertThat(bench.figures.held()).isEqualTo(1);

    bench.manifest(5, 1);

    assertThat(bench.counts()).containsExactly(Map.entry(key(5, Scope.SEEN), 1L));
    assertThat(bench.figures.held()).isZero();
  }

  @Test
  void aJudgementIsHeldUntilTheExamplesAreReadUpToTheEndOfTheVersionsRange() {
    bench.manifest(5, 2);
    bench.predicted(1, 5, "7");
    bench.predicted(9, 5, "7");
    bench.example(3);

    assertThat(bench.counts()).isEmpty();

    bench.example(1);

    assertThat(bench.counts())
        .containsExactly(
            Map.entry(key(5, Scope.PREQUENTIAL), 1L), Map.entry(key(5, Scope.SEEN), 1L));
  }

  @Test
  void aMarkerAtTheEndOfTheRangeCountsAsRead() {
    bench.example(3);
    bench.manifest(5, 2);
    bench.predicted(9, 5, "7");
    var marker = ControlRecords.closeStep(TOPICS.imageExamples().name(), 0);
    bench.imageExamples.pipeInput(
        new TestRecord<>(
            marker.key(), marker.value(), marker.headers(), EvaluationTestDriver.START));

    assertThat(bench.counts()).containsExactly(Map.entry(key(5, Scope.PREQUENTIAL), 1L));
    assertThat(bench.figures.deadLettered()).isZero();
  }

  @Test
  void windowsFollowTheTimeOfThePredictionsAndTotalsGoOn() {
    bench.manifest(0, 0);
    bench.manifest(1, 0);
    bench.predicted(1, 0, "7");
    bench.pass(Duration.ofSeconds(10));
    bench.predicted(2, 0, "1");
    bench.predicted(3, 1, "7");

    List<TestRecord<String, Evaluation>> published = bench.published();

    assertThat(published)
        .extracting(record -> record.value().getWindowStart())
        .containsExactly(
            EvaluationTestDriver.START,
            EvaluationTestDriver.START.plusSeconds(10),
            EvaluationTestDriver.START.plusSeconds(10));
    assertThat(published).extracting(TestRecord::key).contains("vision/0", "vision/1");
    assertThat(published)
        .extracting(TestRecord::value)
        .allSatisfy(evaluation -> {
          assertThat(evaluation.getModelCount()).isEqualTo(3);
          assertThat(evaluation.getModelCorrect()).isEqualTo(2);
          assertThat(evaluation.getVersionCount()).isEqualTo(evaluation.getVersion() == 0 ? 2 : 1);
        });
  }

  @Test
  void aWindowIsPublishedAgainOnlyWhenItHasChanged() {
    bench.manifest(0, 0);
    bench.predicted(1, 0, "7");

    assertThat(bench.published()).hasSize(1);
    assertThat(bench.published()).isEmpty();

    bench.predicted(2, 0, "7");

    assertThat(bench.published())
        .extracting(record -> record.value().getCount())
        .containsExactly(2L);
  }

  @Test
  void whatWaitsLongerThanTheRetentionIsForgottenAndCounted() {
    bench.predicted(1, 0, null);
    bench.predicted(2, 0, "7");
    bench.label(3, "7");
    bench.pass(CONFIG.retention().plusMinutes(10));
    bench.example(1);

    assertThat(bench.figures.evictedPredictions()).isEqualTo(1);
    assertThat(bench.figures.evictedJudgements()).isEqualTo(1);
    assertThat(bench.figures.evictedLabels()).isEqualTo(1);
    assertThat(bench.figures.waiting()).isZero();
    assertThat(bench.figures.held()).isZero();
  }

  @Test
  void theNewestVersionAndThoseInUseAreNeverForgotten() {
    bench.manifest(1, 0);
    bench.manifest(2, 0);
    bench.manifest(3, 0);
    for (int i = 0; i < 20; i++) {
      bench.predicted(i, 1, "7");
      bench.pass(CONFIG.retention().dividedBy(5));
    }

    bench.predicted(100, 1, "7");
    bench.predicted(101, 2, "7");
    bench.predicted(102, 3, "7");

    assertThat(bench.counts())
        .containsEntry(key(1, Scope.PREQUENTIAL), 21L)
        .containsEntry(key(3, Scope.PREQUENTIAL), 1L)
        .doesNotContainKey(key(2, Scope.PREQUENTIAL));
  }

  @Test
  void aLabelThatCannotBeUsedGoesToDeadLettersAsItCame() {
    var headers = new RecordHeaders().add("mine", "kept".getBytes(UTF_8));
    List<byte[]> bad =
        Arrays.asList(null, new byte[0], "7".getBytes(UTF_8), "{\"label\":\"7\"}".getBytes(UTF_8));
    Instant longAgo = EvaluationTestDriver.START.minus(Duration.ofDays(100));
    bad.forEach(value ->
        bench.labels.pipeInput(new TestRecord<>("k".getBytes(UTF_8), value, headers, longAgo)));

    List<TestRecord<byte[], byte[]>> letters = bench.letters.readRecordsToList();

    assertThat(letters).extracting(TestRecord::value).containsExactlyElementsOf(bad);
    assertThat(letters)
        .allSatisfy(letter -> {
          assertThat(letter.key()).isEqualTo("k".getBytes(UTF_8));
          assertThat(EventHeaders.text(letter.headers(), "mine")).contains("kept");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.TOPIC)).contains("labels");
          assertThat(EventHeaders.text(letter.headers(), DeadLetters.SERVICE))
              .contains("evaluation");
        });
    assertThat(letters)
        .extracting(letter -> EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
        .satisfiesExactly(
            reason -> assertThat(reason).contains("no value"),
            reason -> assertThat(reason).contains("empty"),
            reason -> assertThat(reason).contains("subject"),
            reason -> assertThat(reason).contains("subject"));
    assertThat(EventHeaders.text(letters.getLast().headers(), DeadLetters.OFFSET)).contains("3");
    assertThat(letters)
        .as("is kept as long as the letter of a new label")
        .allSatisfy(
            letter -> assertThat(letter.getRecordTime()).isEqualTo(EvaluationTestDriver.START));
    assertThat(bench.figures.deadLettered()).isEqualTo(4);
  }

  @Test
  void metricsTellTheAccuracyOfEveryModel() {
    var meters = new SimpleMeterRegistry();
    new EvaluationMetrics(bench.figures).bindTo(meters);
    bench.manifest(0, 0);
    bench.predicted(1, 0, "7");
    bench.predicted(2, 0, "1");

    assertThat(meters.get("millrace.evaluation.accuracy").tag("model", "vision").gauge().value())
        .isEqualTo(0.5);
    assertThat(meters.get("millrace.evaluation.judged").tag("model", "vision").gauge().value())
        .isEqualTo(2);
  }

  private static String description() {
    return EvaluationService.topology(CONFIG, TOPICS, new EvaluationStats()).describe().toString();
  }
}
