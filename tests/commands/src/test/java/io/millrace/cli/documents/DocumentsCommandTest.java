package io.millrace.cli.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.WordVector;
import io.millrace.search.LocalIndex;
import io.millrace.text.TextService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask the weighed documents. */
final class DocumentsCommandTest {

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @BeforeEach
  void begin() {
    send("mail/1", Map.of("pills", 0.8, "cheap", 0.6), "spam");
    send("mail/2", Map.of("pills", 0.6, "meeting", 0.8), null);
    send("mail/3", Map.of("meeting", 1.0), "ham");
    kafka.send(
        kafka.topics().documentFrequencies(),
        "0/000000000000",
        new DocumentFrequencies(
            3L, List.of("pills", "cheap", "meeting"), List.of(2L, 1L, 2L), 0L, -1L, 0L, 0L, 0L));
  }

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void aResetEmptiesWhatTheTextServiceHasCounted() {
    CommandRun run = documents("reset", "--yes");

    assertThat(run.status()).isZero();
    assertThat(run.out().strip())
        .isEqualTo("text is reset: it reads all documents from the beginning at its next start");
    assertThat(kafka.committed(kafka.topics().documentFrequencies().name())).isEmpty();
    assertThat(kafka.committed(kafka.topics().documentVectors().name())).hasSize(3);
  }

  @Test
  void theVectorOfADocumentIsPrinted() {
    CommandRun run = documents("vector", "mail/1");

    assertThat(run.status()).isZero();
    assertThat(run.out().lines().map(DocumentsCommandTest::cells))
        .containsExactly("TERM WEIGHT", "cheap 0.600000", "pills 0.800000");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theVectorOfADocumentIsOneObjectOfJson() {
    assertThat(documents("vector", "mail/1", "--json").out())
        .startsWith("{\"id\":\"mail/1\",\"corpusSize\":3,")
        .contains("\"terms\":[\"cheap\",\"pills\"],\"weights\":[0.6,0.8]}")
        .hasLineCount(1);
  }

  @Test
  void theStrongestTermsComeFirst() {
    CommandRun run = documents("terms", "mail/2", "-k", "1");

    assertThat(run.out().lines().map(DocumentsCommandTest::cells))
        .containsExactly("TERM WEIGHT", "meeting 0.800000");
  }

  @Test
  void theMostSimilarDocumentsComeFirst() {
    CommandRun run = documents("similar", "mail/2");

    assertThat(run.out().lines().map(DocumentsCommandTest::cells))
        .containsExactly(
            "DOCUMENT SIMILARITY LABEL", "mail/3 0.800000 ham", "mail/1 0.480000 spam");
  }

  @Test
  void aTextIsComparedAsTheSettingsHaveItWeighed() {
    CommandRun run = documents("similar", "--text", "Cheap, cheap!", "-k", "1");
    CommandRun stemmed =
        documents("similar", "--text", "cheaply", "--set", "text.analysis=english", "--json");

    assertThat(run.out()).contains("mail/1    0.600000");
    assertThat(stemmed.out()).isEqualToIgnoringNewLines("{\"text\":\"cheaply\",\"similar\":[]}");
  }

  @Test
  void aTextOfAnotherAnalysisThanTheDocumentsIsRefusedWithBoth() {
    kafka.send(
        kafka.topics().documentFrequencies(),
        "0/000000000001",
        new DocumentFrequencies(
            3L,
            List.of("pill"),
            List.of(2L),
            0L,
            -1L,
            0L,
            0L,
            AnalysisFingerprint.of(Analysis.ENGLISH.description())));

    for (String by : List.of("terms", "embedding")) {
      CommandRun run = documents("similar", "--text", "pills", "--by", by);

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .contains("text.analysis=standard", "counted with text.analysis=english");
    }
    assertThat(documents("similar", "--text", "pills", "--set", "text.analysis=english").status())
        .isZero();
    assertThat(documents("similar", "mail/2").status()).isZero();
  }

  @Test
  void aTextOfAnotherWeightingThanTheDocumentsIsComparedWithAWarning() {
    CommandRun run = documents("similar", "--text", "pills", "--set", "text.weighting=counts");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("mail/1");
    assertThat(run.err()).contains("weighted with counts, but documents with scikit-learn");
    assertThat(documents("similar", "--text", "pills").err()).isEmpty();
  }

  @Test
  void documentsAreComparedByTheMeaningsOfTheirWords() {
    word("pills", 1, 0);
    word("cheap", 0.9f, 0.1f);
    word("meeting", 0, 1);
    word("drugs", 0.95f, 0);
    send("mail/4", Map.of("drugs", 0.9, "unheard", 0.1), null);

    CommandRun run = documents("similar", "mail/1", "--by", "embedding");
    CommandRun text =
        documents("similar", "--text", "pills", "--by", "embedding", "-k", "1", "--json");

    assertThat(run.out().lines().map(DocumentsCommandTest::cells).skip(1))
        .element(0)
        .asString()
        .startsWith("mail/4 0.99");
    assertThat(run.err()).isEmpty();
    assertThat(text.out())
        .startsWith(
            "{\"text\":\"pills\",\"by\":\"embedding\",\"terms\":1,\"termsWithVector\":1,"
                + "\"termsWithoutVector\":[],\"similar\":[{\"id\":\"mail/4\"");
  }

  @Test
  void termsWithoutAWordVectorAreNamed() {
    word("pills", 1, 0);

    CommandRun some = documents("similar", "mail/1", "--by", "embedding");
    CommandRun few = documents("similar", "mail/3", "--by", "embedding");

    assertThat(some.err()).contains("1 of 2 terms", "[cheap]").hasLineCount(1);
    assertThat(few.err()).contains("1 of 1 terms", "embedding.analysis");
    assertThat(few.status()).isZero();
    assertThat(documents("similar", "mail/1", "--by", "colour").status()).isEqualTo(2);
    assertThat(documents("similar", "mail/9", "--by", "embedding").status()).isEqualTo(1);
  }

  @Test
  void theNextQuestionReadsOnlyWhatHasComeSince() {
    documents("vector", "mail/1");
    send("mail/1", Map.of("meeting", 1.0), null);
    send("mail/4", Map.of("meeting", 1.0), null);

    CommandRun run = documents("similar", "mail/1", "-k", "2");

    assertThat(run.out()).contains("mail/3").contains("mail/4").doesNotContain("mail/2");
  }

  @Test
  void anUnknownDocumentIsAFailureThatSaysWhatToDo() {
    for (String question : List.of("vector", "terms", "similar")) {
      CommandRun run = documents(question, "mail/9");

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("'mail/9'").contains("millrace watch").hasLineCount(1);
    }
  }

  @Test
  void aWrongUseIsNamed() {
    assertThat(documents("similar").status()).isEqualTo(2);
    assertThat(documents("similar", "a", "--text", "b").status()).isEqualTo(2);
    assertThat(documents("terms", "a", "-k", "0").err()).contains("-k must be >= 1");
    assertThat(documents("similar", "--text", "a", "--set", "text.analysis=klingon").status())
        .isEqualTo(2);
  }

  @Test
  void twoAtOnceAreAFailureThatSaysWhatToDo() {
    var settings = kafka.settings(Map.of("state.directory", folder.toString()));
    try (var other =
        LocalIndex.open(settings, Optional.empty(), Optional.empty(), (what, done) -> {})) {
      assertThat(other.search().vector("mail/1")).isPresent();

      CommandRun run = documents("vector", "mail/1");

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("in use by another process").contains("state.directory");
    }
  }

  @Test
  void allDocumentsAreWeighedAgain() {
    kafka.send(document("a", "red fox"));
    kafka.send(document("b", "red hen"));
    Service text = TextService.TYPE.create().apply(settings());
    text.start();
    try {
      TestKafka.await("the service", () -> text.health() == Service.Health.READY);

      CommandRun run = documents("refresh");

      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("computed all vectors again").contains("offset 0 of");
      assertThat(documents("vector", "a", "--json").out())
          .contains("\"corpusSize\":2")
          .contains("\"refresh\":true");
    } finally {
      text.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void theCommandToWeighAgainCanBeLeftToAServiceThatStartsLater() {
    CommandRun refused = documents("refresh");
    CommandRun left = documents("refresh", "--no-wait");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("no text service runs").contains("--no-wait");
    assertThat(left.status()).isZero();
    assertThat(kafka.committed(kafka.topics().commands().name())).hasSize(1);
    kafka.send(document("a", "red fox"));
    Service text = TextService.TYPE.create().apply(settings());
    text.start();
    try {
      kafka.await(
          kafka.topics().documentFrequencies().name(),
          records -> documents("vector", "a").status() == 0);
    } finally {
      text.close(Duration.ofSeconds(10));
    }
  }

  private Settings settings() {
    return kafka.settings(
        Map.of("state.directory", folder.toString(), "text.publish.interval.ms", "50"));
  }

  private ProducerRecord<byte[], byte[]> document(String id, String text) {
    return new ProducerRecord<>(
        kafka.topics().documents().name(), id.getBytes(UTF_8), text.getBytes(UTF_8));
  }

  private CommandRun documents(String... command) {
    Stream<String> all =
        Stream.of(
                Stream.of("documents"),
                Stream.of(command),
                Stream.of("--set", "state.directory=" + folder))
            .flatMap(it -> it);
    return broker.run(all.toArray(String[]::new));
  }

  private void word(String word, float... vector) {
    List<Float> values =
        IntStream.range(0, vector.length).mapToObj(i -> Float.valueOf(vector[i])).toList();
    kafka.send(kafka.topics().wordVectors(), word, new WordVector(values, 9L, 1L));
  }

  private void send(String id, Map<String, Double> weights, String label) {
    var sorted = new TreeMap<>(weights);
    kafka.send(
        kafka.topics().documentVectors(),
        id,
        new DocumentVector(
            List.copyOf(sorted.keySet()),
            List.copyOf(sorted.values()),
            3L,
            "scikit-learn",
            false,
            false,
            label,
            new Source("documents", 0, 0L)));
  }

  private static String cells(String line) {
    return line.strip().replaceAll(" +", " ");
  }
}
