package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.DocumentFrequencies;
import io.millrace.learning.text.FrequencyView;
import io.millrace.runtime.Service;
import io.millrace.runtime.Service.Health;
import io.millrace.runtime.TestKafka;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that were counted with one analysis, and a service that has another. */
final class OtherAnalysisOnKafkaTest {

  /** Whose own counts are none. */
  private static final int NO_PARTITION = 99;

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
                .contains("text.ngram.max is \"3\"", "counted with \"2\""));
    // How terms are weighed may change at any time.
    Map<String, String> weighed = new HashMap<>(pairs);
    weighed.put("text.weighing", "counts");
    run("third", weighed, service -> weigh("b", 2));
  }

  /** As docs/operations.md has it. */
  @Test
  void withoutGroupTopicsAndFolderAllDocumentsAreCountedAnew() throws Exception {
    run("first", Map.of(), service -> weigh("a", 1), service -> weigh("b", 2));
    String prefix = kafka.topics().prefix();
    Set<String> names = new HashSet<>(kafka.admin().listTopics().names().get());
    names.removeIf(name ->
        !name.startsWith(prefix + "millrace-text-")
            && !name.equals(kafka.topics().documentFrequencies().name()));
    kafka.admin().deleteConsumerGroups(List.of(prefix + "millrace-text")).all().get();
    kafka.admin().deleteTopics(names).all().get();
    TestKafka.await("the topics are gone", () -> noneOf(names));
    var provisioner = new Provisioner(kafka.admin(), prefix);
    provisioner.createMissing(Catalogue.load());
    TestKafka.await("the topics are there again", () -> allThere(provisioner));

    run(
        "second",
        Map.of("text.analysis", "english"),
        service -> weigh("c", 5),
        service ->
            kafka.await(
                kafka.topics().documentFrequencies().name(), records -> documents(records) == 3));

    assertThat(names).hasSizeGreaterThan(3);
  }

  private static long documents(List<ConsumerRecord<byte[], byte[]>> records) {
    var view = new FrequencyView();
    var store = new FrequencyStore(view, new Acknowledgements(), new TextFigures());
    records.forEach(record -> store.take(record.key(), record.value()));
    return view.with(NO_PARTITION, new DocumentFrequencies()).documents();
  }

  /** The broker knows of a new topic a little later than the controller. */
  private static boolean allThere(Provisioner provisioner) {
    return provisioner.inspect(Catalogue.load()).stream()
        .allMatch(Provisioner.State.Matches.class::isInstance);
  }

  private boolean noneOf(Set<String> names) {
    try {
      return Collections.disjoint(kafka.admin().listTopics().names().get(), names);
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
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
