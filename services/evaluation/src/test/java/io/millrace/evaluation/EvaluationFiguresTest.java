package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.evaluation.EvaluationConfig.FiguresConfig;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.test.TestRecord;

/** The figures against a computation over the whole stream, however the topics are read. */
final class EvaluationFiguresTest {

  private static final int SIZE = 300;
  private static final int MAX_SLICES = 2;
  private static final FiguresConfig FIGURES =
      new FiguresConfig(40, 0.97, 100, MAX_SLICES, LabelledStream.SLICE_HEADER);

  /** What was published last: of versions and of the model, by scope. */
  private record Final(
      Map<String, Long> counts,
      Map<String, Long> correct,
      Map<String, EvaluationDetails> details,
      Map<Scope, EvaluationRecent> recent) {

    private static Final of(List<Evaluation> published) {
      var last = new Final(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
      for (Evaluation it : published) {
        String version = it.getVersion() + " " + it.getScope();
        last.counts.put(version, it.getVersionCount());
        last.correct.put(version, it.getVersionCorrect());
        if (it.getVersionDetails() != null) {
          last.details.put(version, it.getVersionDetails());
        }
        if (it.getModelDetails() != null) {
          last.details.put("-1 " + it.getScope(), it.getModelDetails());
        }
        if (it.getModelRecent() != null) {
          last.recent.put(it.getScope(), it.getModelRecent());
        }
      }
      return last;
    }

    private void check(Final other) {
      assertThat(counts).isEqualTo(other.counts);
      assertThat(correct).isEqualTo(other.correct);
      // As text, since Avro takes no two numbers for equal that are not numbers.
      assertThat(recent.toString()).isEqualTo(other.recent.toString());
      assertThat(details.toString()).isEqualTo(other.details.toString());
    }
  }

  @Property(tries = 3, shrinking = ShrinkingMode.OFF)
  void everyFigureIsThatOfAComputationOverTheWholeStream(@ForAll long seed) throws IOException {
    long begin = EvaluationTestDriver.START.toEpochMilli();
    var stream = new LabelledStream("images", seed, SIZE, begin, SIZE);
    var random = new Random(seed);

    Final onePartition = read(stream, random, 1);
    Final otherOrder = read(stream, random, 1);
    Final byModel = read(stream, random, 2);

    otherOrder.check(onePartition);
    byModel.check(onePartition);
    for (boolean seen : new boolean[] {false, true}) {
      Scope scope = seen ? Scope.SEEN : Scope.PREQUENTIAL;
      for (int version = -1; version < LabelledStream.VERSIONS; version++) {
        String key = version + " " + scope;
        if (stream.count(version, seen) > 0) {
          stream.check(version, seen, onePartition.details.get(key), MAX_SLICES);
          if (version >= 0) {
            assertThat(onePartition.counts.get(key)).isEqualTo(stream.count(version, seen));
            assertThat(onePartition.correct.get(key)).isEqualTo(stream.correct(version, seen));
          }
        }
      }
      if (stream.count(-1, seen) > 0) {
        stream.check(
            seen,
            onePartition.recent.get(scope),
            FIGURES.slidingRecords(),
            FIGURES.fadingFactor(),
            EvaluationTestDriver.CONFIG.window().toMillis());
      }
    }
  }

  /** Reads the topics at random speeds relative to each other. */
  private static Final read(LabelledStream stream, Random random, int partitions)
      throws IOException {
    Path folder = Files.createTempDirectory("evaluation");
    EvaluationConfig config = EvaluationTestDriver.CONFIG;
    var other =
        new EvaluationConfig(
            config.window(), Duration.ofDays(1), config.publishInterval(), partitions, FIGURES);
    try (var driver = new EvaluationTestDriver(folder, other)) {
      List<Evaluation> published = new ArrayList<>();
      interleave(random, topics(stream, driver), driver, published);
      driver.published().stream().map(TestRecord::value).forEach(published::add);
      assertThat(driver.stats.held()).isZero();
      return Final.of(published);
    } finally {
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static List<List<Runnable>> topics(LabelledStream stream, EvaluationTestDriver driver) {
    List<Runnable> predictions = new ArrayList<>();
    stream.predictions().forEach(it -> predictions.add(() -> driver.predicted(it)));
    List<Runnable> labels = new ArrayList<>();
    stream.labels().forEach(it -> labels.add(() -> driver.label(it)));
    List<Runnable> examples = new ArrayList<>();
    for (int id = 0; id < LabelledStream.VERSIONS * LabelledStream.STEP; id++) {
      int of = id;
      examples.add(() -> driver.example(LabelledStream.subject(of), stream.source(of)));
    }
    List<Runnable> manifests = new ArrayList<>();
    for (int version = 0; version < LabelledStream.VERSIONS; version++) {
      int of = version;
      manifests.add(
          () -> driver.manifest(of, (long) of * LabelledStream.STEP, LabelledStream.CLASSES));
    }
    return List.of(predictions, labels, examples, manifests);
  }

  private static void interleave(
      Random random,
      List<List<Runnable>> topics,
      EvaluationTestDriver driver,
      List<Evaluation> published) {
    List<List<Runnable>> rest = new ArrayList<>();
    topics.forEach(topic -> rest.add(new ArrayList<>(topic)));
    while (true) {
      rest.removeIf(List::isEmpty);
      if (rest.isEmpty()) {
        return;
      }
      List<Runnable> topic = rest.get(random.nextInt(rest.size()));
      for (int burst = random.nextInt(40); burst >= 0 && !topic.isEmpty(); burst--) {
        topic.removeFirst().run();
      }
      if (random.nextInt(4) == 0) {
        driver.published().stream().map(TestRecord::value).forEach(published::add);
      }
    }
  }
}
