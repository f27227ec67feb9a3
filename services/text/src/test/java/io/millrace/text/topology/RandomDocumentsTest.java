package io.millrace.text.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/** A few documents that come, come again, are repeated and deleted, against a batch. */
final class RandomDocumentsTest {

  /** A record: a document, or its deletion if there is no text. */
  record Step(String id, String text) {}

  private static final Duration WINDOW = Duration.ofSeconds(40);

  private Path folder = Path.of("");
  private TextTestDriver driver;
  private PublishedFrequencies view = new PublishedFrequencies();

  @BeforeTry
  void start() throws IOException {
    folder = Files.createTempDirectory("text");
    view = new PublishedFrequencies();
  }

  @AfterTry
  void stop() throws IOException {
    driver.close();
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  @Property(tries = 60)
  void everyVectorIsThatOfTheBatchOverTheLiveDocuments(
      @ForAll("streams") List<Step> stream, @ForAll @IntRange(min = 1, max = 3) int partitions) {
    driver = new TextTestDriver(folder, TextTestDriver.config(Weighting.SCIKIT_LEARN), partitions);
    Map<String, String> live = new HashMap<>();
    for (Step step : stream) {
      if (step.text() == null) {
        live.remove(step.id());
        driver.delete(step.id());
        assertThat(driver.vector()).isNull();
      } else {
        live.put(step.id(), step.text());
        driver.text(step.id(), step.text());
        isThatOfTheBatch(driver.vector(), step.text(), live);
      }
    }

    driver.awaitPublication();
    assertThat(followed().with(1, new DocumentFrequencyTable()).documents()).isEqualTo(live.size());
    assertThat(followed().terms()).isEqualTo(batch(live).terms());
    assertThat(driver.stats.vocabularySize()).isEqualTo(batch(live).terms());
  }

  @Property(tries = 60)
  void documentsThatAreTooOldDoNotCountWheneverTheyCome(
      @ForAll("streams") List<Step> stream,
      @ForAll @IntRange(min = 1, max = 3) int partitions,
      @ForAll Random random) {
    driver =
        new TextTestDriver(
            folder, TextTestDriver.config(Weighting.SCIKIT_LEARN, 1_000_000, WINDOW), partitions);
    Map<String, String> live = new HashMap<>();
    Map<String, Instant> times = new HashMap<>();
    Instant latest = Instant.EPOCH;
    for (Step step : stream) {
      Instant time = TextTestDriver.START.plusSeconds(random.nextInt(100));
      latest = time.isAfter(latest) ? time : latest;
      Instant oldest = latest.minus(WINDOW);
      driver.reach(latest);
      driver.sendAt(
          time,
          TextTestDriver.bytes(step.id()),
          step.text() == null ? null : TextTestDriver.bytes(step.text()));
      live.remove(step.id());
      if (step.text() != null) {
        live.put(step.id(), step.text());
        times.put(step.id(), time);
      }
      Set<String> gone = new HashSet<>(live.keySet());
      live.keySet().removeIf(id -> times.get(id).isBefore(oldest));
      gone.removeAll(live.keySet());

      var sent = driver.vectors();
      assertThat(sent.getLast().key()).isEqualTo(step.id());
      if (live.containsKey(step.id())) {
        isThatOfTheBatch(sent.getLast().value(), step.text(), live);
      } else {
        assertThat(sent.getLast().value()).isNull();
      }
      assertThat(sent.subList(0, sent.size() - 1))
          .allSatisfy(record -> assertThat(record.value()).isNull())
          .extracting(record -> record.key())
          .doesNotHaveDuplicates()
          .containsAll(gone.stream().filter(id -> !id.equals(step.id())).toList());
    }

    driver.awaitPublication();
    assertThat(driver.stats.liveDocuments()).isEqualTo(live.size());
    assertThat(driver.stats.vocabularySize()).isEqualTo(batch(live).terms());
  }

  @Provide
  Arbitrary<List<Step>> streams() {
    Arbitrary<String> texts =
        Arbitraries.of("ash", "birch", "cedar", "elm", "fir")
            .list()
            .ofMaxSize(6)
            .map(words -> words.isEmpty() ? "?" : String.join(" ", words));
    return Combinators.combine(Arbitraries.of("1", "2", "3", "4"), texts.injectNull(0.25))
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  private static void isThatOfTheBatch(
      DocumentVector vector, String text, Map<String, String> live) {
    SparseVector expected = Weighting.SCIKIT_LEARN.vectorize(counts(text), batch(live));
    assertThat(vector.getTerms()).isEqualTo(expected.terms());
    assertThat(vector.getWeights()).isEqualTo(expected.weights());
    assertThat(vector.getCorpusSize()).isEqualTo(live.size());
  }

  private static DocumentFrequencyTable batch(Map<String, String> live) {
    var frequencies = new DocumentFrequencyTable();
    live.values().forEach(text -> frequencies.insert(counts(text).terms()));
    return frequencies;
  }

  private static TermCounts counts(String text) {
    Map<String, Integer> counts = new TreeMap<>();
    if (!text.equals("?")) {
      for (String word : text.split(" ")) {
        counts.merge(word, 1, Integer::sum);
      }
    }
    return TermCounts.of(
        List.copyOf(counts.keySet()), counts.values().stream().mapToInt(i -> i).toArray());
  }

  /** What a reader of the topic has learned of the only partition. */
  private PublishedFrequencies followed() {
    driver
        .frequencies()
        .forEach(record -> {
          FrequencyBlockKey at = FrequencyBlockKey.parse(record.key());
          var batch = record.value();
          if (batch == null) {
            view.withdraw(at.partition(), at.sequence());
          } else {
            view.put(
                at.partition(),
                new FrequencyBlock(
                    at.sequence(), batch.getDocuments(), batch.getTerms(), batch.getCounts()));
          }
        });
    return view;
  }
}
