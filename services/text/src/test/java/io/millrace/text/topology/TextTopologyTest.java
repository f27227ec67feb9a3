package io.millrace.text.topology;

import static io.millrace.text.topology.TextTestDriver.TOPICS;
import static io.millrace.text.topology.TextTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.streams.StreamsTopologyContract;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.text.config.TextConfig;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.state.DocumentFrequencyStore;
import io.millrace.text.state.GlobalFrequencies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TextTopologyTest extends StreamsTopologyContract {

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  /** What {@code weighing.py} computes with scikit-learn for these sentences. */
  private static final Path GOLDEN =
      Path.of("..", "learning", "text", "src", "test", "resources", "golden", "weighing.tsv");

  private static final List<String> SENTENCES =
      List.of(
          "This is the first document.",
          "This document is the second document.",
          "And this is the third one.",
          "Is this the first document?");

  private final Path folder;
  private final TextTestDriver driver;

  TextTopologyTest(@TempDir Path folder) {
    super(
        TextConfig.NAME,
        TextTopology.build(
            TextTestDriver.config(Weighting.SCIKIT_LEARN),
            InputDecoder.DEFAULT,
            TOPICS,
            new TextStats(),
            () -> 1,
            _ -> ""));
    this.folder = folder;
    this.driver = new TextTestDriver(folder.resolve("state"));
  }

  @Override
  protected Set<String> storesWithoutChangelog() {
    return Set.of(DocumentFrequencyStore.STORE_NAME, GlobalFrequencies.STORE_NAME);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsOfAnotherAnalysisAreNotAddedAndNoDocumentIsCountedWhileTheyAreThere() {
    driver.text("a", "red fox");
    driver.vectors();
    driver.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(5L, List.of("fox"), List.of(4L), 0L, -1L, 0L, 0L, 77L));

    assertThatThrownBy(() -> driver.text("b", "red hen"))
        .hasRootCauseInstanceOf(IncompatibleStateException.class)
        .hasRootCauseMessage(
            "the blocks [1/000000000000] on document-frequencies were counted with another analysis"
                + " than that of this instance: give all instances the same text.analysis, stop"
                + " words, n-grams and tokens, or let all documents be counted again by `millrace"
                + " documents reset`");
  }

  @ParameterizedTest
  @MethodSource("io.millrace.learning.text.weighting.Weighting#presets")
  void givesTheNumbersOfScikitLearn(Weighting weighting) throws IOException {
    try (var four = new TextTestDriver(folder.resolve("four"), weighting)) {
      send(four);
      four.vectors();
      send(four);

      List<TestRecord<String, DocumentVector>> vectors = four.vectors();

      assertThat(vectors).hasSize(SENTENCES.size());
      for (int i = 0; i < SENTENCES.size(); i++) {
        DocumentVector vector = vectors.get(i).value();
        Map<String, Double> golden = golden(weighting, i);
        assertThat(vector.getTerms()).containsExactlyElementsOf(golden.keySet());
        for (int place = 0; place < vector.getTerms().size(); place++) {
          assertThat(vector.getWeights().get(place))
              .isCloseTo(golden.get(vector.getTerms().get(place)), within(1e-15));
        }
        assertThat(vector.getCorpusSize()).isEqualTo(4);
        assertThat(vector.getWeighing()).isEqualTo(weighting.label());
        assertThat(vector.getRefresh()).isFalse();
        assertThat(vector.getApproximate()).isFalse();
      }
    }
  }

  @Test
  void aDocumentMayComeAsTextAsJsonOrAsAvroAndKeepsItsLabelAndItsPlace() {
    byte[] avro = AvroCodec.of(Document.class).encode(new Document("red fox", "animal"));

    driver.text("plain", "red fox");
    driver.send(
        bytes("json"),
        bytes("{\"text\": \"red fox\", \"label\": \"animal\"}"),
        new RecordHeaders());
    driver.send(bytes("avro"), avro, new RecordHeaders());

    assertThat(driver.vectors())
        .extracting(TestRecord::key)
        .containsExactly("plain", "json", "avro");
    assertThat(driver.stats.liveDocuments()).isEqualTo(3);
    driver.send(bytes("avro"), avro, new RecordHeaders());
    DocumentVector vector = driver.vector();
    assertThat(vector.getTerms()).containsExactly("fox", "red");
    assertThat(vector.getLabel()).isEqualTo("animal");
    assertThat(vector.getSource()).isEqualTo(new Source("documents", 0, 3L));
  }

  @Test
  void aDocumentThatComesAgainReplacesItsEarlierText() {
    driver.text("a", "red fox");
    driver.text("a", "red hen");
    driver.vectors();

    driver.text("b", "fox hen");

    DocumentVector vector = driver.vector();
    assertThat(vector.getCorpusSize()).isEqualTo(2);
    assertThat(vector.getWeights().get(0)).isGreaterThan(vector.getWeights().get(1));
    driver.awaitPublication();
    assertThat(driver.stats.vocabularySize()).isEqualTo(3);
  }

  @Test
  void aDeletedDocumentNoLongerCountsAndItsTombstonePassesOn() {
    driver.text("a", "red fox");
    driver.text("b", "red hen");
    driver.vectors();
    driver.delete("a");

    assertThat(driver.vectors())
        .singleElement()
        .satisfies(record -> {
          assertThat(record.key()).isEqualTo("a");
          assertThat(record.value()).isNull();
        });
    driver.text("c", "red");
    assertThat(driver.vector().getCorpusSize()).isEqualTo(2);
    driver.awaitPublication();
    assertThat(driver.stats.vocabularySize()).isEqualTo(2);
  }

  @Test
  void aDeletedDocumentMayComeAgain() {
    driver.text("a", "red fox");
    driver.delete("a");
    driver.delete("a");
    driver.vectors();

    driver.text("a", "red hen");

    assertThat(driver.vector().getCorpusSize()).isEqualTo(1);
  }

  @Test
  void aDeletionOfWhatNeverWasPassesOnAndCountsNothing() {
    driver.delete("a");

    assertThat(driver.vector()).isNull();
    assertThat(driver.stats.liveDocuments()).isZero();
  }

  @Test
  void aDeletionIsForgottenAfterItsTime() {
    driver.text("a", "red");
    driver.delete("a");
    assertThat(driver.deletions()).isEqualTo(1);

    driver.pass(TextTestDriver.DELETIONS_KEPT.plus(Duration.ofMinutes(10)));

    assertThat(driver.deletions()).isZero();
  }

  @Test
  void aDocumentThatLiesInAnotherPartitionThanItsOwnIsWeighedAllTheSame() {
    try (var two =
        new TextTestDriver(
            folder.resolve("two"), TextTestDriver.config(Weighting.SCIKIT_LEARN), 2)) {
      for (char id = 'a'; id < 'i'; id++) {
        two.text(String.valueOf(id), "red fox");
      }
      two.text("a", "red hen");
      two.text("b", "red hen");
      two.delete("c");
      two.delete("d");

      assertThat(two.vectors())
          .hasSize(12)
          .allSatisfy(record ->
              assertThat(EventHeaders.text(record.headers(), "ce_id").orElseThrow())
                  .startsWith("documents-0-"));
      assertThat(two.stats.liveDocuments()).isEqualTo(6);
      two.awaitPublication();
      assertThat(two.stats.vocabularySize()).isEqualTo(3);
    }
  }

  @Test
  void aTextWithoutTermsIsADocumentToo() {
    driver.text("a", "?!");

    DocumentVector vector = driver.vector();
    assertThat(vector.getTerms()).isEmpty();
    assertThat(vector.getCorpusSize()).isEqualTo(1);
  }

  @Test
  void aPartitionPublishesWhatHasChangedInOneBatchAndNothingWhenIdle() {
    driver.text("a", "red fox");
    driver.text("b", "red hen");
    assertThat(driver.frequencies()).isEmpty();

    driver.awaitPublication();
    driver.awaitPublication();
    List<TestRecord<String, DocumentFrequencies>> first = driver.frequencies();
    driver.text("b", "fox");
    driver.awaitPublication();

    assertThat(first)
        .singleElement()
        .satisfies(batch -> {
          assertThat(batch.key()).isEqualTo("0/000000000000");
          assertThat(batch.value().getDocuments()).isEqualTo(2);
          assertThat(counts(batch.value())).isEqualTo(Map.of("red", 2L, "fox", 1L, "hen", 1L));
        });
    assertThat(driver.frequencies())
        .singleElement()
        .satisfies(batch -> {
          assertThat(batch.key()).isEqualTo("0/000000000001");
          assertThat(counts(batch.value())).isEqualTo(Map.of("red", 1L, "fox", 2L, "hen", 0L));
        });
  }

  @Test
  void theDocumentsOfOtherPartitionsCount() {
    driver.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(5L, List.of("fox", "hen"), List.of(4L, 1L), 0L, -1L, 0L, 0L, 0L));
    driver.publish(
        new FrequencyBlockKey(2, 7),
        new DocumentFrequencies(1L, List.of("fox"), List.of(1L), 0L, -1L, 0L, 0L, 0L));
    driver.publish(
        new FrequencyBlockKey(1, 1),
        new DocumentFrequencies(4L, List.of("fox"), List.of(3L), 0L, -1L, 0L, 0L, 0L));
    driver.awaitPublication();

    driver.text("a", "red fox");

    DocumentVector vector = driver.vector();
    assertThat(vector.getCorpusSize()).isEqualTo(6);
    double fox = Math.log(7.0 / 6.0) + 1;
    double red = Math.log(7.0 / 2.0) + 1;
    assertThat(vector.getWeights().get(0)).isCloseTo(fox / Math.hypot(fox, red), within(1e-15));
    driver.awaitPublication();
    assertThat(driver.stats.vocabularySize()).isEqualTo(3);
  }

  @Test
  void aBatchThatWasWithdrawnSaysNothingMore() {
    driver.publish(
        new FrequencyBlockKey(1, 0),
        new DocumentFrequencies(5L, List.of("fox"), List.of(4L), 0L, -1L, 0L, 0L, 0L));
    driver.publish(
        new FrequencyBlockKey(1, 1),
        new DocumentFrequencies(5L, List.of("red"), List.of(2L), 0L, -1L, 0L, 0L, 0L));
    driver.publish(new FrequencyBlockKey(1, 0), null);

    assertThat(driver.stats.vocabularySize()).isEqualTo(1);
  }

  @Test
  void aMarkerIsNoDocument() {
    var marker = ControlRecords.of("documents", 0, new StepMarker(0, 0, true));

    driver.send(marker.key(), marker.value(), marker.headers());

    assertThat(driver.vectors()).isEmpty();
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void aVectorTellsWhatItIsAndCarriesTheTraceAndTheHeadersOfTheSetting() {
    driver.send(
        bytes("a"),
        bytes("red fox"),
        new RecordHeaders()
            .add("traceparent", bytes(TRACE))
            .add("other", bytes("1"))
            .add("site", bytes("north")));

    var headers = driver.vectors().getFirst().headers();
    assertThat(EventHeaders.text(headers, "traceparent")).contains(TRACE);
    assertThat(EventHeaders.text(headers, "ce_id")).contains("documents-0-0");
    assertThat(EventHeaders.text(headers, "ce_type")).contains("io.millrace.document-vector");
    assertThat(EventHeaders.text(headers, "ce_subject").orElseThrow()).startsWith("document/");
    assertThat(EventHeaders.text(headers, "ce_dataschema").orElseThrow())
        .startsWith("urn:millrace:schema:DocumentVector:");
    assertThat(EventHeaders.text(headers, "ce_source")).contains("/millrace/text");
    assertThat(EventHeaders.text(headers, "content-type")).contains("application/avro");
    assertThat(headers.lastHeader("other")).isNull();
    assertThat(EventHeaders.text(headers, "site")).contains("north");
  }

  private static void send(TextTestDriver driver) {
    for (int i = 0; i < SENTENCES.size(); i++) {
      driver.text("sentence-" + i, SENTENCES.get(i));
    }
  }

  private static Map<String, Long> counts(DocumentFrequencies batch) {
    Map<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < batch.getTerms().size(); i++) {
      counts.put(batch.getTerms().get(i), batch.getCounts().get(i));
    }
    return counts;
  }

  private static Map<String, Double> golden(Weighting weighting, int document) throws IOException {
    Map<String, Double> weights = new TreeMap<>();
    try (Stream<String> lines = Files.lines(GOLDEN)) {
      lines
          .map(line -> line.split("\t"))
          .filter(line -> line[0].equals(weighting.label()))
          .filter(line -> Integer.parseInt(line[1]) == document)
          .forEach(line -> weights.put(line[2], Double.valueOf(line[3])));
    }
    assertThat(weights).isNotEmpty();
    return weights;
  }
}
