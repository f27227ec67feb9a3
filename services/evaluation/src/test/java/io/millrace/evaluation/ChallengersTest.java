package io.millrace.evaluation;

import static io.millrace.evaluation.EvaluationTestDriver.CONFIG;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;

/** What challengers answer is judged beside what is served, and compared with it. */
final class ChallengersTest {

  private static final int SIZE = 300;

  /** What was published. */
  private record Published(
      List<Evaluation> served, List<Evaluation> shadows, List<Comparison> comparisons) {}

  /** Reads what a driver has published; closes it and removes its files. */
  private static final class Run implements AutoCloseable {

    private final Path folder;
    private final EvaluationTestDriver driver;
    private final Published published =
        new Published(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    private Run(int partitions) throws IOException {
      folder = Files.createTempDirectory("evaluation");
      driver =
          new EvaluationTestDriver(
              folder,
              new EvaluationConfig(
                  CONFIG.window(),
                  CONFIG.retention(),
                  CONFIG.publishInterval(),
                  partitions,
                  CONFIG.figures()));
    }

    private Published read() {
      driver.published().stream().map(TestRecord::value).forEach(published.served::add);
      published.shadows.addAll(driver.shadows());
      driver.comparisons().stream().map(TestRecord::value).forEach(published.comparisons::add);
      return published;
    }

    @Override
    public void close() throws IOException {
      driver.close();
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  @Property(tries = 3, shrinking = ShrinkingMode.OFF)
  void figuresAndComparisonsAreThoseOfAComputationOverTheWholeStream(@ForAll long seed)
      throws IOException {
    long begin = EvaluationTestDriver.START.toEpochMilli();
    var stream = new ShadowedStream("images", seed, SIZE, begin, SIZE);

    for (int partitions : new int[] {1, 2}) {
      try (var run = new Run(partitions)) {
        interleave(new Random(seed + partitions), topics(stream, run.driver), run);
        Published published = run.read();

        assertThat(ShadowedStream.figures(published.served)).isEqualTo(stream.figures(false));
        assertThat(ShadowedStream.figures(published.shadows)).isEqualTo(stream.figures(true));
        assertThat(ShadowedStream.comparisons(published.comparisons))
            .isEqualTo(stream.comparisons(stream.times(), CONFIG.window().toMillis()));
      }
    }
  }

  private static List<List<Runnable>> topics(ShadowedStream stream, EvaluationTestDriver driver) {
    List<Runnable> predictions = new ArrayList<>();
    stream.predictions().forEach(it -> predictions.add(() -> driver.predicted(it)));
    List<Runnable> shadows = new ArrayList<>();
    stream.shadows().forEach(it -> shadows.add(() -> driver.shadowed(it)));
    List<Runnable> labels = new ArrayList<>();
    stream.labels().forEach(it -> labels.add(() -> driver.label(it)));
    List<Runnable> examples = new ArrayList<>();
    for (int id = 0; id < ShadowedStream.VERSIONS * ShadowedStream.STEP; id++) {
      int of = id;
      examples.add(() -> driver.example(LabelledStream.subject(of), stream.source(of)));
    }
    List<Runnable> manifests = new ArrayList<>();
    for (int version = 0; version < ShadowedStream.VERSIONS; version++) {
      long of = version;
      for (String model : ShadowedStream.MODELS) {
        manifests.add(
            () -> driver.manifest(model, of, of * ShadowedStream.STEP, ShadowedStream.CLASSES));
      }
    }
    return List.of(predictions, shadows, labels, examples, manifests);
  }

  /** Reads the topics at random speeds relative to each other, and publishes now and then. */
  private static void interleave(Random random, List<List<Runnable>> topics, Run run) {
    List<List<Runnable>> rest = new ArrayList<>();
    topics.forEach(topic -> rest.add(new ArrayList<>(topic)));
    while (true) {
      rest.removeIf(List::isEmpty);
      if (rest.isEmpty()) {
        return;
      }
      List<Runnable> topic = rest.get(random.nextInt(rest.size()));
      for (int burst = random.nextInt(60); burst >= 0 && !topic.isEmpty(); burst--) {
        topic.removeFirst().run();
      }
      if (random.nextInt(4) == 0) {
        run.read();
      }
    }
  }

  @Example
  void aVersionThatServesAndAnswersAsAChallengerHasFiguresOfEach() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      run.driver.predicted(1, 1, "7");
      run.driver.shadowed(shadow(2, "vision", 1, "vision@1", "1"));
      run.driver.shadowed(shadow(3, "vision", 1, "vision@1", "1"));
      Published published = run.read();

      assertThat(published.served)
          .singleElement()
          .satisfies(it -> {
            assertThat(it.getCount()).isEqualTo(1);
            assertThat(it.getModelCorrect()).isEqualTo(1);
          });
      assertThat(published.shadows)
          .singleElement()
          .satisfies(it -> {
            assertThat(it.getScope()).isEqualTo(Scope.PREQUENTIAL);
            assertThat(it.getModelCount()).isEqualTo(2);
            assertThat(it.getModelCorrect()).isZero();
            assertThat(it.getVersionDetails()).isNotNull();
          });
      assertThat(published.comparisons).isEmpty();
      assertThat(run.driver.stats.served().accuracy("vision")).isEqualTo(1);
      assertThat(run.driver.stats.shadows().accuracy("vision")).isZero();
    }
  }

  @Example
  void aPredictionThatAnEarlierBuildHasStoredWasServed() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      Prediction stored = shadow(2, "vision", 1, "", "7").value();
      stored = Prediction.newBuilder(stored).setGivenLabel(null).build();
      run.driver.hasStored(stored);
      run.driver.label(2, "7");
      run.read();

      assertThat(run.published.served)
          .singleElement()
          .satisfies(it -> assertThat(it.getCorrect()).isEqualTo(1));
      assertThat(run.published.shadows).isEmpty();
    }
  }

  @Example
  void aChallengersPredictionWaitsForItsLabelBesideTheServedOne() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      run.driver.predicted(2, 1, null);
      Prediction shadow = shadow(2, "vision", 1, "", "1").value();
      shadow = Prediction.newBuilder(shadow).setGivenLabel(null).build();
      var headers = new RecordHeaders();
      ChallengerHeader.put(headers, "vision@1");
      long millis = EvaluationTestDriver.START.toEpochMilli();
      run.driver.shadowed(
          new ProducerRecord<>("shadow-predictions", null, millis, null, shadow, headers));
      assertThat(run.driver.stats.waiting()).isEqualTo(2);

      run.driver.label(2, "7");
      run.read();

      assertThat(run.published.served)
          .singleElement()
          .satisfies(it -> assertThat(it.getCorrect()).isEqualTo(1));
      assertThat(run.published.shadows)
          .singleElement()
          .satisfies(it -> assertThat(it.getCorrect()).isZero());
      assertThat(run.published.comparisons)
          .singleElement()
          .satisfies(it -> assertThat(it.getOnlyChampion()).isEqualTo(1));
    }
  }

  @Example
  void whatIsReadAgainIsPairedOnce() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      run.driver.manifest("vision-wide", 4, 0, List.of("1", "7"));
      for (int time = 0; time < 2; time++) {
        run.driver.shadowed(shadow(2, "vision-wide", 4, "vision-wide", "1"));
        run.driver.predicted(2, 1, "7");
        run.read();
      }

      assertThat(run.published.comparisons)
          .singleElement()
          .satisfies(it -> {
            assertThat(it.getOnlyChampion()).isEqualTo(1);
            assertThat(it.getChallengerTo()).isEqualTo(4);
            assertThat(it.getBothRight() + it.getOnlyChallenger() + it.getBothWrong()).isZero();
          });
      assertThat(run.driver.stats.pairs()).isEqualTo(1);
    }
  }

  @Example
  void aChallengerThatFindsNothingServedIsEvictedAndCounted() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest("vision-wide", 4, 0, List.of("1", "7"));
      run.driver.shadowed(shadow(2, "vision-wide", 4, "vision-wide", "1"));
      assertThat(run.driver.stats.challengersWaiting()).isEqualTo(1);

      run.driver.pass(CONFIG.retention().plus(Duration.ofHours(1)));
      run.driver.manifest(1, 0);

      assertThat(run.driver.stats.challengersWaiting()).isZero();
      assertThat(run.driver.stats.evictedChallengers()).isEqualTo(1);
    }
  }

  @Example
  void anOutcomeIsForgottenAfterTheRetention() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      run.driver.manifest("vision-wide", 4, 0, List.of("1", "7"));
      run.driver.predicted(2, 1, "7");

      run.driver.pass(CONFIG.retention().plus(Duration.ofHours(1)));
      run.driver.manifest(2, 0);
      run.driver.shadowed(shadow(2, "vision-wide", 4, "vision-wide", "1"));

      assertThat(run.driver.stats.pairs()).isZero();
      assertThat(run.driver.stats.challengersWaiting()).isEqualTo(1);
    }
  }

  @Example
  void withoutTheHeaderTheModelIsTheChallengerAndABadNameIsADeadLetter() throws IOException {
    try (var run = new Run(1)) {
      run.driver.manifest(1, 0);
      run.driver.manifest("vision-wide", 4, 0, List.of("1", "7"));
      run.driver.predicted(2, 1, "7");
      run.driver.shadowed(shadow(2, "vision-wide", 4, "", "7"));
      run.driver.shadowed(shadow(2, "vision-wide", 4, "vision/wide", "7"));
      run.read();

      assertThat(run.published.comparisons)
          .singleElement()
          .satisfies(it -> assertThat(it.getChallenger()).isEqualTo("vision-wide"));
      assertThat(run.driver.stats.deadLettered()).isEqualTo(1);
    }
  }

  /** A challenger answered to image {@code id}, whose label is a 7. */
  private static ProducerRecord<byte[], Prediction> shadow(
      int id, String model, long version, String challenger, String answer) {
    var prediction =
        new Prediction(
            "image/" + id,
            answer,
            0.75,
            List.of(new ClassScore(answer, 0.75, 1.0)),
            model,
            version,
            null,
            "7",
            new Source("images", 0, (long) id),
            null,
            null);
    var headers = new RecordHeaders();
    ChallengerHeader.put(headers, challenger);
    long millis = EvaluationTestDriver.START.toEpochMilli();
    return new ProducerRecord<>("shadow-predictions", null, millis, null, prediction, headers);
  }
}
