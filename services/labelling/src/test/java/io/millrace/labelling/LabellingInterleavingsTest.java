package io.millrace.labelling;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.ImageExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.kafka.streams.test.TestRecord;

/** Images and labels of a few subjects in any order, against a few lines that say the same. */
final class LabellingInterleavingsTest {

  /** A record: an image, with its label inside if there is one, or a label apart. */
  record Step(boolean isImage, String id, String label) {}

  /** What is written: which of the images, by offset, with which label. */
  record Pair(String id, String label, long offset) {}

  private Path folder = Path.of("");
  private LabellingTestDriver driver;

  @BeforeTry
  void start() throws IOException {
    folder = Files.createTempDirectory("labelling");
    driver = new LabellingTestDriver(folder);
  }

  @AfterTry
  void stop() throws IOException {
    driver.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 25)
  void everyOrderGivesWhatTheOracleSays(@ForAll("streams") List<Step> stream) {
    stream.forEach(this::send);

    assertThat(driver.imageExamples())
        .extracting(TestRecord::value)
        .extracting(LabellingInterleavingsTest::pair)
        .containsExactlyElementsOf(oracle(stream));
  }

  @Provide
  Arbitrary<List<Step>> streams() {
    Arbitrary<String> ids = Arbitraries.of("a", "b", "c");
    Arbitrary<String> labels = Arbitraries.of("1", "2");
    Arbitrary<Step> images =
        Combinators.combine(ids, labels.injectNull(0.7))
            .as((id, label) -> new Step(true, id, label));
    Arbitrary<Step> apart =
        Combinators.combine(ids, labels).as((id, label) -> new Step(false, id, label));
    return Arbitraries.oneOf(images, apart).list().ofMaxSize(30);
  }

  private void send(Step step) {
    if (!step.isImage()) {
      driver.label("image/" + step.id(), step.label());
    } else if (step.label() == null) {
      driver.png(step.id(), 0);
    } else {
      driver.labelledImage(step.id(), 0, step.label());
    }
  }

  private static Pair pair(ImageExample example) {
    return new Pair(
        example.getSubject().substring("image/".length()),
        example.getLabel(),
        example.getSource().getOffset());
  }

  private static List<Pair> oracle(List<Step> stream) {
    List<Pair> pairs = new ArrayList<>();
    Map<String, Long> waiting = new HashMap<>();
    Map<String, String> labels = new HashMap<>();
    long offset = 0;
    for (Step step : stream) {
      String id = step.id();
      if (!step.isImage()) {
        labels.put(id, step.label());
      } else {
        waiting.put(id, offset++);
      }
      String label = step.label() == null ? labels.get(id) : step.label();
      if (label != null && waiting.containsKey(id)) {
        pairs.add(new Pair(id, label, waiting.remove(id)));
      }
    }
    return pairs;
  }
}
