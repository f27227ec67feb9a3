package io.millrace.evaluation;

import static io.millrace.evaluation.EvaluationTestDriver.CONFIG;
import static io.millrace.evaluation.EvaluationTestDriver.key;
import static io.millrace.runtime.streams.StreamsTestDriver.TOPICS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.streams.StreamsTopologyContract;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.input.InputDecoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluationServiceTest extends StreamsTopologyContract {

  private final EvaluationTestDriver driver;

  EvaluationServiceTest(@TempDir Path folder) {
    super(
        EvaluationConfig.NAME,
        EvaluationService.topology(
            CONFIG, InputDecoder.DEFAULT, TOPICS, name -> "", new EvaluationStats()));
    driver = new EvaluationTestDriver(folder);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Override
  protected Set<String> topicsOfOtherSettings() {
    return Set.of(EvaluationTestDriver.JUDGEMENTS);
  }

  @Test
  void withMorePartitionsOnlyTheJudgementsAndPairsTakeAnotherWay() {
    var several =
        new EvaluationConfig(
            CONFIG.window(), CONFIG.retention(), CONFIG.publishInterval(), 2, CONFIG.figures());
    String topology =
        EvaluationService.topology(
                several, InputDecoder.DEFAULT, TOPICS, name -> "", new EvaluationStats())
            .describe()
            .toString();

    assertThat(topology)
        .contains(
            """
              Sub-topology: 2
                Source: judgements-repartition-source (topics: [judgements-repartition])
                  --> evaluate
                Processor: evaluate (stores: [changed-windows, changed-comparisons, window-tallies,\
             comparison-sums, confusion-counts, total-tallies, label-sequence])
            """);
  }

  @Test
  void judgesByTheSameRuleForLabelsAsTheInputs() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, " 7\u00a0");
    driver.predicted(2, 0, null);
    driver.label(2, "\ufeff7\n");

    Evaluation evaluation = driver.published().getFirst().value();

    assertThat(evaluation.getCorrect()).isEqualTo(2);
    assertThat(evaluation.getLoss()).isCloseTo(-Math.log(0.75), within(1e-6));
  }

  @Test
  void judgesByTheLabelThatCameWithTheRecord() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, "7");
    driver.predicted(2, 0, "1");
    driver.predicted(3, 0, "never seen");

    Evaluation evaluation = driver.published().getFirst().value();

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
        .isCloseTo(-(Math.log(0.75) + Math.log(0.25) + Math.log(1e-12)) / 3, within(1e-6));
    assertThat(evaluation.getLabelDelayMillis()).isZero();
  }

  @Test
  void anImageOfATopicThatWasMadeAgainIsNotTheOneThatWasLearnedFrom() {
    driver.imagesAre("c/old");
    driver.example(3);
    driver.manifest(1, 1);
    driver.predicted(3, 1, "7");
    driver.imagesAre("c/new");
    driver.predicted(3, 1, "7");

    assertThat(driver.counts())
        .isEqualTo(Map.of(key(1, Scope.SEEN), 1L, key(1, Scope.PREQUENTIAL), 1L));
  }

  @Test
  void theSamePlaceInATopicThatWasMadeAgainIsJudgedOnItsOwn() {
    for (String id : List.of("c/old", "c/new")) {
      driver.imagesAre(id);
      driver.predicted(3, 1, "7");
    }
    driver.predicted(4, 1, null);
    driver.imagesAre("c/newer");
    driver.predicted(4, 1, null);
    driver.label(4, "7");
    driver.manifest(1, 0);

    assertThat(driver.counts()).isEqualTo(Map.of(key(1, Scope.PREQUENTIAL), 4L));
  }

  @Test
  void recordsOfBuildsThatNameNoTopicMeetThoseOfBuildsThatDo() {
    driver.example(3);
    driver.imagesAre("c/t");
    driver.example(4);
    driver.manifest(1, 2);
    driver.predicted(3, 1, "7");
    driver.imagesAre("");
    driver.predicted(4, 1, "7");

    assertThat(driver.counts()).isEqualTo(Map.of(key(1, Scope.SEEN), 2L));
  }

  @Test
  void anAnswerWithoutALabelIsNeitherCorrectNorWrong() {
    driver.manifest(0, 0);
    driver.manifest(1, 0);
    driver.unanswered(1, 0, "7");
    driver.unanswered(2, 0, null);
    driver.label(2, "1");
    driver.predicted(3, 1, "7");
    driver.predicted(4, 1, "1");

    List<Evaluation> evaluations = driver.published().stream().map(TestRecord::value).toList();

    assertThat(evaluations)
        .filteredOn(it -> it.getVersion() == 0)
        .singleElement()
        .satisfies(of -> {
          assertThat(of.getCount()).isZero();
          assertThat(of.getUnanswered()).isEqualTo(2);
          assertThat(of.getVersionUnanswered()).isEqualTo(2);
          assertThat(of.getAccuracy()).isNaN();
        });
    assertThat(evaluations)
        .filteredOn(it -> it.getVersion() == 1)
        .singleElement()
        .satisfies(of -> {
          assertThat(of.getAccuracy()).isEqualTo(0.5);
          assertThat(of.getUnanswered()).isZero();
          assertThat(of.getModelCount()).isEqualTo(2);
          assertThat(of.getModelCorrect()).isEqualTo(1);
          assertThat(of.getModelLoss())
              .isCloseTo(-(Math.log(0.75) + Math.log(0.25)) / 2, within(1e-6));
          assertThat(of.getModelUnanswered()).isEqualTo(2);
        });
    assertThat(driver.stats.waiting()).isZero();
  }

  @Test
  void anAnswerWithoutALabelMakesAnEventOfItsOwn() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, "7");
    var first = driver.published().getFirst();
    driver.unanswered(2, 0, "7");

    var second = driver.published().getFirst();

    assertThat(EventHeaders.text(second.headers(), "ce_id"))
        .isNotEqualTo(EventHeaders.text(first.headers(), "ce_id"));
  }

  @Test
  void aLabelMayComeBeforeThePredictionOrLongAfter() {
    driver.manifest(0, 0);
    driver.label(1, "7");
    driver.pass(Duration.ofSeconds(1));
    driver.predicted(1, 0, null);
    driver.predicted(2, 0, null);
    driver.pass(Duration.ofMinutes(59));
    driver.label(2, "1");

    Evaluation evaluation = driver.published().getLast().value();

    assertThat(evaluation.getWindowStart()).isEqualTo(EvaluationTestDriver.START);
    assertThat(evaluation.getCount()).isEqualTo(2);
    assertThat(evaluation.getCorrect()).isEqualTo(1);
    assertThat(evaluation.getLabelDelayMillis()).isEqualTo(Duration.ofMinutes(59).toMillis() / 2.0);
    assertThat(driver.stats.waiting()).isZero();
  }

  @Test
  void aLabelRepeatedOrCorrectedJudgesNothingAgain() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, null);
    driver.label(1, "7");
    driver.label(1, "7");
    driver.label(1, "1");

    assertThat(driver.published())
        .extracting(TestRecord::value)
        .singleElement()
        .satisfies(evaluation -> assertThat(evaluation.getCorrect()).isEqualTo(1))
        .satisfies(evaluation -> assertThat(evaluation.getCount()).isEqualTo(1));
  }

  @Test
  void aLabelIsForItsSubjectAloneThoughAnotherBeginsAlike() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, null);
    driver.predicted(11, 0, null);
    driver.label(1, "7");

    assertThat(driver.counts()).containsExactly(Map.entry(key(0, Scope.PREQUENTIAL), 1L));
    assertThat(driver.stats.waiting()).isEqualTo(1);
  }

  @Test
  void aPredictionOfWhatTheVersionHadLearnedFromIsCountedApart() {
    driver.example(1);
    driver.example(2);
    driver.example(3);
    driver.manifest(5, 2);

    driver.predicted(1, 5, "7");
    driver.predicted(2, 5, "7");
    driver.predicted(3, 5, "7");
    driver.predicted(4, 5, "7");

    assertThat(driver.counts())
        .containsExactly(
            Map.entry(key(5, Scope.PREQUENTIAL), 2L), Map.entry(key(5, Scope.SEEN), 2L));
  }

  @Test
  void aJudgementIsHeldUntilTheVersionIsKnown() {
    driver.example(1);
    driver.predicted(1, 5, "7");

    assertThat(driver.counts()).isEmpty();
    assertThat(driver.stats.held()).isEqualTo(1);

    driver.manifest(5, 1);

    assertThat(driver.counts()).containsExactly(Map.entry(key(5, Scope.SEEN), 1L));
    assertThat(driver.stats.held()).isZero();
  }

  @Test
  void aJudgementIsHeldUntilTheExamplesAreReadUpToTheEndOfTheVersionsRange() {
    driver.manifest(5, 2);
    driver.predicted(1, 5, "7");
    driver.predicted(9, 5, "7");
    driver.example(3);

    assertThat(driver.counts()).isEmpty();

    driver.example(1);

    assertThat(driver.counts())
        .containsExactly(
            Map.entry(key(5, Scope.PREQUENTIAL), 1L), Map.entry(key(5, Scope.SEEN), 1L));
  }

  @Test
  void aControlRecordAtTheEndOfTheRangeCountsAsRead() {
    driver.example(3);
    driver.manifest(5, 2);
    driver.predicted(9, 5, "7");
    var marker = ControlRecords.of(TOPICS.imageExamples().name(), 0, new StepMarker(0, 0, true));
    driver.imageExamples.pipeInput(
        new TestRecord<>(
            marker.key(), marker.value(), marker.headers(), EvaluationTestDriver.START));

    assertThat(driver.counts()).containsExactly(Map.entry(key(5, Scope.PREQUENTIAL), 1L));
    assertThat(driver.stats.deadLettered()).isZero();
  }

  @Test
  void windowsFollowTheTimeOfThePredictionsAndTotalsGoOn() {
    driver.manifest(0, 0);
    driver.manifest(1, 0);
    driver.predicted(1, 0, "7");
    driver.recordTime(EvaluationTestDriver.START.plusSeconds(10));
    driver.predicted(2, 0, "1");
    driver.predicted(3, 1, "7");

    List<TestRecord<String, Evaluation>> published = driver.published();

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
  void sumsOfAnEarlierBuildGoOnAndItsJudgementsAreInNoDetail() {
    driver.hasJudged(10, Scope.PREQUENTIAL);
    driver.manifest(0, 0);
    driver.predicted(1, 0, "1");
    driver.predicted(2, 0, "1");
    driver.predicted(3, 0, "7");

    Evaluation evaluation = driver.published().getLast().value();

    assertThat(evaluation.getModelCount()).isEqualTo(13);
    assertThat(evaluation.getModelCorrect()).isEqualTo(11);
    assertThat(evaluation.getModelDetails().getMajority()).isEqualTo(2.0 / 3);
    assertThat(evaluation.getModelDetails().getKappaMajority()).isCloseTo(-1, within(1e-12));
    assertThat(evaluation.getModelDetails().getNoChangeCount()).isEqualTo(2);
    assertThat(evaluation.getModelDetails().getNoChangeCorrect()).isEqualTo(1);
  }

  @Test
  void onlyTheLastWindowOfAVersionAndOfAModelHasTheDetails() {
    driver.manifest(0, 0);
    driver.manifest(1, 0);
    driver.predicted(1, 0, "7");
    driver.predicted(2, 1, "7");
    driver.recordTime(EvaluationTestDriver.START.plusSeconds(10));
    driver.predicted(3, 1, "7");

    List<Evaluation> published = driver.published().stream().map(TestRecord::value).toList();

    assertThat(published)
        .extracting(it -> it.getVersionDetails() != null, it -> it.getModelDetails() != null)
        .containsExactly(tuple(true, false), tuple(false, false), tuple(true, true));
    assertThat(published.getLast().getModelRecent().getSlidingCount()).isEqualTo(3);
  }

  @Test
  void aWindowIsPublishedAgainOnlyWhenItHasChanged() {
    driver.manifest(0, 0);
    driver.predicted(1, 0, "7");

    assertThat(driver.published()).hasSize(1);
    assertThat(driver.published()).isEmpty();

    driver.predicted(2, 0, "7");

    assertThat(driver.published())
        .extracting(record -> record.value().getCount())
        .containsExactly(2L);
  }

  @Test
  void oldTimesAndTimesInMicrosecondsEvictNothingAndEvaluationsAreStampedWhenTheyAreSent() {
    driver.manifest(0, 0);
    driver.recordTime(Instant.parse("2001-05-01T00:00:00Z"));
    driver.predicted(1, 0, null);
    driver.recordTime(Instant.ofEpochMilli(EvaluationTestDriver.START.toEpochMilli() * 1000));
    driver.label(2, "7");
    driver.recordTime(EvaluationTestDriver.START);
    driver.label(1, "7");
    driver.predicted(2, 0, null);

    List<TestRecord<String, Evaluation>> published = driver.published();

    assertThat(published).extracting(record -> record.value().getCount()).containsExactly(1L, 1L);
    assertThat(published.getFirst().value().getWindowStart())
        .isEqualTo(Instant.parse("2001-05-01T00:00:00Z"));
    assertThat(published)
        .allSatisfy(record ->
            assertThat(record.getRecordTime())
                .isBetween(EvaluationTestDriver.START, EvaluationTestDriver.START.plusSeconds(60)));
    assertThat(driver.stats.evictedPredictions()).isZero();
    assertThat(driver.stats.evictedLabels()).isZero();
  }

  @Test
  void whatWaitsLongerThanTheRetentionIsEvictedAndCounted() {
    driver.predicted(1, 0, null);
    driver.predicted(2, 0, "7");
    driver.label(3, "7");
    driver.pass(CONFIG.retention().plusMinutes(10));
    driver.example(1);

    assertThat(driver.stats.evictedPredictions()).isEqualTo(1);
    assertThat(driver.stats.evictedJudgements()).isEqualTo(1);
    assertThat(driver.stats.evictedLabels()).isEqualTo(1);
    assertThat(driver.stats.waiting()).isZero();
    assertThat(driver.stats.held()).isZero();
  }

  @Test
  void theNewestVersionAndThoseInUseAreNeverForgotten() {
    driver.manifest(1, 0);
    driver.manifest(2, 0);
    driver.manifest(3, 0);
    for (int i = 0; i < 20; i++) {
      driver.predicted(i, 1, "7");
      driver.pass(CONFIG.retention().dividedBy(5));
    }

    driver.predicted(100, 1, "7");
    driver.predicted(101, 2, "7");
    driver.predicted(102, 3, "7");

    assertThat(driver.counts())
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
        driver.labels.pipeInput(new TestRecord<>("k".getBytes(UTF_8), value, headers, longAgo)));

    List<TestRecord<byte[], byte[]>> letters = driver.deadLetters.readRecordsToList();

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
    assertThat(EventHeaders.text(letters.getLast().headers(), DeadLetters.TOPIC_ID))
        .contains("cluster/labels");
    assertThat(letters)
        .as("is kept as long as the letter of a new label")
        .allSatisfy(
            letter -> assertThat(letter.getRecordTime()).isEqualTo(EvaluationTestDriver.START));
    assertThat(driver.stats.deadLettered()).isEqualTo(4);
  }

  @Test
  void metricsTellTheAccuracyOfEveryModel() {
    var meters = new SimpleMeterRegistry();
    new EvaluationMetrics(driver.stats).bindTo(meters);
    driver.manifest(0, 0);
    driver.predicted(1, 0, "7");
    driver.predicted(2, 0, "1");
    driver.unanswered(3, 0, "1");

    assertThat(meters.get("millrace.evaluation.accuracy").tag("model", "vision").gauge().value())
        .isEqualTo(0.5);
    driver.published();
    assertThat(
            meters
                .get("millrace.evaluation.recent.accuracy")
                .tag("over", "sliding")
                .gauge()
                .value())
        .isEqualTo(0.5);
    assertThat(meters.get("millrace.evaluation.kappa").tag("baseline", "no-change").gauge().value())
        .isEqualTo(0.5);
    assertThat(meters.get("millrace.evaluation.label.delay").timer().count()).isEqualTo(2);
    assertThat(meters.get("millrace.evaluation.judged").tag("model", "vision").gauge().value())
        .isEqualTo(2);
    assertThat(meters.get("millrace.evaluation.unanswered").tag("model", "vision").gauge().value())
        .isEqualTo(1);
  }
}
