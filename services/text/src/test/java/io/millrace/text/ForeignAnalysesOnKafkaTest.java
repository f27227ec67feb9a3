package io.millrace.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.text.administration.TextReset;
import io.millrace.text.topology.TextTestDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that were counted with one analysis, and a service that has another. */
final class ForeignAnalysesOnKafkaTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void aServiceWithAnotherAnalysisStopsAndNamesTheSettingAndOneWithTheSameGoesOn() {
    Map<String, String> pairs = Map.of("text.analysis", "english", "text.ngram.max", "2");
    run("first", pairs, service -> awaitVectors("a", 1));

    run(
        "second",
        Map.of("text.analysis", "english", "text.ngram.max", "3"),
        service -> TestKafka.await("it has stopped", () -> service.health() == Health.FAILED),
        service ->
            assertThat(service.failure())
                .contains("text.ngram.max is \"3\"", "counted with \"2\""));
    // How terms are weighed may change at any time.
    Map<String, String> weighed = new HashMap<>(pairs);
    weighed.put("text.weighting", "counts");
    run("third", weighed, service -> awaitVectors("b", 2));
  }

  @Test
  void afterAResetAllDocumentsAreCountedAnew() {
    run(
        "first",
        Map.of(),
        service -> awaitVectors("a", 1),
        service -> awaitVectors("b", 2),
        service ->
            assertThatThrownBy(() -> reset("first"))
                .isInstanceOf(IncompatibleStateException.class)
                .hasMessageContaining("stop all of them first"));

    reset("first");

    assertThat(folder.resolve("first")).isEmptyDirectory();
    run(
        "first",
        Map.of("text.analysis", "english"),
        service -> awaitVectors("c", 5),
        service ->
            kafka.await(
                kafka.topics().documentFrequencies().name(), records -> documents(records) == 3));
  }

  @Test
  void aFolderFromBeforeAResetIsRefusedAlsoWhereItsTopicHasGrownAsLongAgain() {
    run("first", Map.of(), service -> awaitVectors("a", 1));
    reset("elsewhere");
    run("second", Map.of(), service -> awaitVectors("b", 3), service -> awaitVectors("c", 4));

    run(
        "first",
        Map.of(),
        service -> TestKafka.await("it has stopped", () -> service.health() == Health.FAILED),
        service ->
            assertThat(service.failure())
                .contains(folder.resolve("first").toString(), "delete that folder"));
  }

  @Test
  void aResetCanDeleteTheVectorsTooAndThoseOfDocumentsThatAreThereComeAgain() {
    run("first", Map.of(), service -> awaitVectors("a", 1), service -> awaitVectors("b", 2));

    reset("first");
    try (var reset = new TextReset(kafka.settings(Map.of()))) {
      assertThat(reset.withdrawVectors()).isEqualTo(2);
    }

    String vectors = kafka.topics().documentVectors().name();
    List<ConsumerRecord<byte[], byte[]>> tombstones =
        kafka.await(vectors, 4).stream().filter(record -> record.value() == null).toList();
    assertThat(tombstones).extracting(record -> new String(record.key(), UTF_8)).contains("a", "b");
    run(
        "first",
        Map.of(),
        service ->
            kafka.await(
                vectors,
                all -> all.stream().filter(record -> record.value() != null).count() == 4));
  }

  private void reset(String instance) {
    String state = folder.resolve(instance).toString();
    try (var reset = new TextReset(kafka.settings(Map.of("state.directory", state)))) {
      reset.run();
    }
  }

  private static long documents(List<ConsumerRecord<byte[], byte[]>> records) {
    return TextTestDriver.corpus(Analysis.ENGLISH, records).documents();
  }

  private void awaitVectors(String id, int vectors) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(),
            0,
            TextTestDriver.bytes(id),
            TextTestDriver.bytes("red fox")));
    kafka.await(kafka.topics().documentVectors().name(), vectors);
  }

  @SafeVarargs
  private void run(String instance, Map<String, String> given, Consumer<Service>... steps) {
    Map<String, String> settings = new HashMap<>(given);
    // New for each: all its state comes from the topics.
    settings.put("state.directory", folder.resolve(instance).toString());
    Service service = TextService.TYPE.create().apply(kafka.settings(settings));
    try {
      service.start();
      for (var step : steps) {
        step.accept(service);
      }
    } finally {
      service.close(STOP_WITHIN);
    }
  }
}
