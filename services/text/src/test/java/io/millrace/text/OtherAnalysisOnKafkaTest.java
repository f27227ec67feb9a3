package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Service;
import io.millrace.runtime.Service.Health;
import io.millrace.runtime.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that were counted with one analysis, and a service that has another. */
final class OtherAnalysisOnKafkaTest {

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
    run("first", pairs, service -> weigh("a", 1));

    run(
        "second",
        Map.of("text.analysis", "english", "text.ngram.max", "3"),
        service -> TestKafka.await("it has stopped", () -> service.health() == Health.FAILED),
        service ->
            assertThat(service.failure())
                .contains("text.ngram.max is \"3\"", "taken apart with \"2\""));
    // How terms are weighed may change at any time.
    Map<String, String> weighed = new HashMap<>(pairs);
    weighed.put("text.weighing", "counts");
    run("third", weighed, service -> weigh("b", 2));
  }

  private void weigh(String id, int vectors) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(), 0, Bench.bytes(id), Bench.bytes("red fox")));
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
