package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * The five topics read at any speed against each other: what is judged, and how it is counted, must
 * be the same.
 */
final class EvaluationInterleavingsTest {

  private static final int IMAGES = 12;
  private static final int VERSIONS = 4;
  private static final int STEP = 2;

  private Path folder = Path.of("");
  private EvaluationTestDriver driver;

  @BeforeTry
  void start() throws IOException {
    folder = Files.createTempDirectory("evaluation");
    driver = new EvaluationTestDriver(folder);
  }

  @AfterTry
  void stop() throws IOException {
    driver.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 25)
  void howFastEachTopicIsReadChangesNothing(@ForAll long seed) {
    var random = new Random(seed);
    List<Integer> learned = order(random).subList(0, VERSIONS * STEP);
    List<Runnable> examples = new ArrayList<>();
    List<Runnable> manifests = new ArrayList<>();
    List<Runnable> predictions = new ArrayList<>();
    List<Runnable> labels = new ArrayList<>();
    Map<String, Long> judged = new TreeMap<>();
    Map<String, Long> unanswered = new TreeMap<>();
    learned.forEach(id -> examples.add(() -> driver.example(id)));
    for (int version = 0; version <= VERSIONS; version++) {
      int number = version;
      manifests.add(() -> driver.manifest(number, (long) number * STEP));
    }
    for (int id : order(random)) {
      int version = random.nextInt(VERSIONS + 1);
      boolean inside = random.nextBoolean();
      boolean answered = random.nextInt(3) > 0;
      String given = inside ? "7" : null;
      predictions.add(() -> {
        if (answered) {
          driver.predicted(id, version, given);
        } else {
          driver.unanswered(id, version, given);
        }
      });
      if (!inside) {
        labels.add(() -> driver.label(id, "7"));
      }
      int place = learned.indexOf(id);
      boolean seen = place >= 0 && place < version * STEP;
      (answered ? judged : unanswered)
          .merge(
              EvaluationTestDriver.key(version, seen ? Scope.SEEN : Scope.PREQUENTIAL),
              1L,
              Long::sum);
    }

    interleave(random, List.of(examples, manifests, predictions, labels));

    List<Evaluation> last = driver.last();
    assertThat(EvaluationTestDriver.counts(last, Evaluation::getCount)).isEqualTo(judged);
    assertThat(EvaluationTestDriver.counts(last, Evaluation::getCorrect)).isEqualTo(judged);
    assertThat(EvaluationTestDriver.counts(last, Evaluation::getUnanswered)).isEqualTo(unanswered);
  }

  private static List<Integer> order(Random random) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < IMAGES; id++) {
      ids.add(random.nextInt(ids.size() + 1), id);
    }
    return ids;
  }

  /** Runs the steps of every topic in its order, and the topics in any order. */
  private static void interleave(Random random, List<List<Runnable>> topics) {
    List<List<Runnable>> rest = new ArrayList<>();
    topics.forEach(topic -> rest.add(new ArrayList<>(topic)));
    while (true) {
      rest.removeIf(List::isEmpty);
      if (rest.isEmpty()) {
        return;
      }
      rest.get(random.nextInt(rest.size())).removeFirst().run();
    }
  }
}
