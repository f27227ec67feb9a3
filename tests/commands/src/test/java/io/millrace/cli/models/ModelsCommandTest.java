package io.millrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.classifier.ClassifierService;
import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.SampleWeights;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelsCommandTest {

  @TempDir Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void versionsAreListedTheNewestLast() {
    publish("vision", 1, new byte[10]);
    publish("vision", 2, new byte[10]);

    String out = broker.run("models", "list", "vision").out();

    assertThat(out.lines().map(line -> line.split(" +")[1])).containsExactly("VERSION", "1", "2");
    assertThat(out).contains("correct 3, loss 0.2500");
  }

  @Test
  void theListTellsTheAccuracyOfWhatAVersionHasServedWithItsInterval() throws Exception {
    publish("vision", 1, new byte[10]);
    publish("vision", 2, new byte[10]);
    kafka.send(kafka.topics().evaluations(), "vision/2", evaluation(2, Scope.PREQUENTIAL, 9, 8));
    kafka.send(kafka.topics().evaluations(), "vision/2", evaluation(2, Scope.PREQUENTIAL, 10, 5));
    kafka.send(kafka.topics().evaluations(), "vision/2", evaluation(2, Scope.SEEN, 7, 7));

    String table = broker.run("models", "list", "vision").out();
    List<String> json = broker.run("models", "list", "vision", "--json").out().lines().toList();

    assertThat(table).contains("SERVED", "0.5000 (0.2366 to 0.7634)").contains("  -  ");
    var mapper = new ObjectMapper();
    assertThat(mapper.readTree(json.get(0)).get("served").isNull()).isTrue();
    JsonNode served = mapper.readTree(json.get(1)).get("served");
    assertThat(served.get("judged").asLong()).isEqualTo(10);
    assertThat(served.get("accuracy").asDouble()).isEqualTo(0.5);
    assertThat(served.get("accuracyFrom").asDouble()).isBetween(0.2365, 0.2367);
  }

  private static Evaluation evaluation(long version, Scope scope, long count, long correct) {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    return Evaluation.newBuilder()
        .setModel("vision")
        .setVersion(version)
        .setScope(scope)
        .setWindowStart(start)
        .setWindowEnd(start.plusSeconds(10))
        .setCount(1)
        .setCorrect(1)
        .setAccuracy(1)
        .setLoss(0)
        .setLabelDelayMillis(0)
        .setVersionCount(count)
        .setVersionCorrect(correct)
        .setModelCount(count)
        .setModelCorrect(correct)
        .setModelLoss(0)
        .build();
  }

  @Test
  void whatIsNotListedIsSaid() {
    for (int version = 1_203; version < 1_215; version++) {
      publish("vision", version, new byte[10]);
    }
    var deleted = ModelRecords.manifestTombstone(kafka.topics().models().name(), "vision", 1_203);
    kafka.sendAll(List.of(deleted));

    CommandRun some = broker.run("models", "list", "vision");
    CommandRun all = broker.run("models", "list", "vision", "--all", "--json");

    assertThat(some.out().lines()).hasSize(11);
    assertThat(some.out()).doesNotContain("1204").contains("1205", "1214");
    assertThat(some.err())
        .contains(
            "vision: 1 older versions are listed by --all; the manifests before version 1,204 are"
                + " deleted (vision.manifests.retain)");
    assertThat(all.out().lines()).hasSize(11);
  }

  @Test
  void aModelThatHasLearnedNothingSaysHowManyRecordsItsVersionNeeds() throws Exception {
    IntStream.range(0, 3).forEach(i -> kafka.send(example("document/" + i)));

    CommandRun nothing = broker.run("models", "list");
    publish("classifier", 0, new byte[10]);
    TopicPartition log = new TopicPartition(kafka.topics().documentExamples().name(), 0);
    kafka
        .admin()
        .alterConsumerGroupOffsets(
            kafka.settings(Map.of()).common().group("classifier"),
            Map.of(log, new OffsetAndMetadata(1)))
        .all()
        .get();
    CommandRun begun =
        broker.run(
            "models",
            "list",
            "--set",
            "classifier.batch.size=5",
            "--set",
            "classifier.step.idle.ms=0");
    publish("classifier", 1, new byte[10]);
    CommandRun learned = broker.run("models", "list", "classifier");

    assertThat(nothing.out())
        .contains("no model has published a version yet")
        .contains("classifier: 3 of 512 records until the next version, or 2 s after the last;")
        .contains("its trainer has not run yet")
        .contains("embedding: 0 of 10,000 records", "vision: 0 of 1,280 records");
    assertThat(begun.out())
        .contains(
            "classifier: 2 of 640 records until the next version; `millrace models close-step")
        .contains("vision: 0 of 1,280 records");
    assertThat(learned.out()).doesNotContain("records until");
    assertThat(broker.run("models", "list", "vision", "--json"))
        .satisfies(run -> assertThat(run.out()).isEmpty())
        .satisfies(run -> assertThat(run.err()).contains("vision: 0 of 1,280 records"));
  }

  @Test
  void aVersionIsSavedAsItWasPublished() throws Exception {
    byte[] model = bytesOf(1_000_000);
    publish("vision", 41, new byte[10]);
    publish("vision", 42, model);
    Path file = folder.resolve("v.safetensors");

    CommandRun run =
        broker.run(
            "models", "export", "vision", "--format", "safetensors", "--output", file.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("version 42");
    assertThat(file).hasBinaryContent(model);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void anOlderVersionIsSavedByItsNumber() {
    publish("vision", 41, bytesOf(10));
    publish("vision", 42, bytesOf(20));
    Path file = folder.resolve("v.safetensors");

    broker.run("models", "export", "vision", "--version", "41", "--output", file.toString());

    assertThat(file).hasBinaryContent(bytesOf(10));
  }

  @Test
  void aVersionThatIsNotThereIsAFailureThatNamesIt() {
    publish("vision", 1, new byte[10]);

    CommandRun run = broker.run("models", "export", "vision", "--version", "7");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("version 7 of vision").contains("models list");
  }

  @Test
  void weightsFromElsewhereAreImportedOnceAndAgainOnlyWithReset() throws Exception {
    Path file = SampleWeights.write(folder.resolve("weights.safetensors"), Map.of("epoch", "3"));
    Path named =
        SampleWeights.write(
            folder.resolve("named.safetensors"), Map.of("classes", "[\"dog\",\"cat\"]"));

    CommandRun nameless = broker.run("models", "import", "vision", "--input", file.toString());
    CommandRun swapped = importing(named);
    CommandRun first = importing(file);
    CommandRun second = importing(file);
    CommandRun reset = importing(file, "--reset");

    assertThat(nameless.status()).isEqualTo(1);
    assertThat(nameless.err()).contains(file.toString()).contains("classes").contains("2");
    assertThat(swapped.status()).isEqualTo(1);
    assertThat(swapped.err())
        .contains(named.toString(), "[dog, cat]", "--classes: [cat, dog]", "leave --classes out");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.err()).contains("say nothing to the import: epoch");
    assertThat(first.out()).contains("version 0 of vision");
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).contains("is trained already, up to version 0").contains("--reset");
    assertThat(reset.out()).contains("version 1 of vision");
  }

  private CommandRun importing(Path file, String... more) {
    List<String> command = new ArrayList<>(List.of("models", "import", "vision"));
    command.addAll(List.of("--input", file.toString(), "--classes", "cat,dog"));
    command.addAll(List.of(more));
    return broker.run(command.toArray(String[]::new));
  }

  @Test
  void onlyModelsThatAreTrainedCanBeReset() {
    assertThat(broker.run("models", "reset", "embedding").status()).isZero();
    assertThat(broker.run("models", "reset", "vission").status()).isEqualTo(2);
  }

  @Test
  void aClosedStepMakesAVersionOfTheRecordsThatTheTrainerHoldsBack() {
    Map<String, String> small =
        Map.of("classifier.vocabulary.capacity", "100", "classifier.hidden", "8");
    Service trainer = ClassifierService.TYPE.create().apply(kafka.settings(small));
    trainer.start();
    try {
      TestKafka.await("version 0", () -> newestRecords("classifier") == 0);
      IntStream.range(0, 3).forEach(i -> kafka.send(example("document/" + i)));

      CommandRun run = broker.run("models", "close-step", "classifier");

      assertThat(run.status()).isZero();
      assertThat(run.out())
          .contains("1 partition of " + kafka.topics().documentExamples().name())
          .contains("trainer of classifier");
      TestKafka.await(
          "a version of three records",
          () -> {
            assertThat(trainer.failure()).isEmpty();
            return newestRecords("classifier") == 3;
          });
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void aVersionIsLearnedAgainFromTheLog() {
    Map<String, String> small =
        Map.of(
            "classifier.vocabulary.capacity", "100",
            "classifier.hidden", "8",
            "classifier.batch.size", "2",
            "classifier.step.batches", "2");
    IntStream.range(0, 12).forEach(i -> kafka.send(example("document/" + i)));
    Service trainer = ClassifierService.TYPE.create().apply(kafka.settings(small));
    trainer.start();
    TestKafka.await("three versions", () -> newestRecords("classifier") == 12);
    trainer.close(Duration.ofSeconds(10));

    CommandRun newest = broker.run("models", "verify", "classifier");
    CommandRun second = broker.run("models", "verify", "classifier", "2");
    CommandRun none = broker.run("models", "verify", "classifier", "9");
    CommandRun another = broker.run("models", "verify", "vision");

    assertThat(newest.status()).as(newest.err()).isZero();
    assertThat(newest.out())
        .contains("classifier version 3, 12 records")
        .containsPattern("parts +proved")
        .containsPattern("chain +proved")
        .containsPattern("log +proved +learned again from 12 records, to the same bytes");
    assertThat(second.out()).contains("version 2, 8 records", "learned again from 8 records");
    assertThat(none.err()).contains("version 9 of classifier is not published", "--all");
    assertThat(another.err()).contains("vision has no version");
  }

  @Test
  void aStepIsClosedForAllModelsOfAKindNotForOneVariant() {
    CommandRun closes = broker.run("models", "close-step", "vision-wide");

    assertThat(closes.status()).isEqualTo(2);
    assertThat(closes.err()).contains("`millrace models close-step vision`");
  }

  @Test
  void variantsAreListedAndReset() {
    publish("vision-wide", 3, new byte[10]);

    CommandRun list = broker.run("models", "list", "vision-wide");
    CommandRun reset = broker.run("models", "reset", "vision-wide");

    assertThat(list.out()).contains("vision-wide");
    assertThat(reset.status()).isZero();
    assertThat(reset.out()).contains("vision-wide is reset");
  }

  @Test
  void aStepIsClosedInEveryPartition() {
    CommandRun run = broker.run("models", "close-step", "embedding");

    List<ConsumerRecord<byte[], byte[]>> written =
        kafka.committed(kafka.topics().documents().name());
    assertThat(run.out()).contains(written.size() + " partitions");
    assertThat(written)
        .allMatch(record ->
            ControlRecords.marker(record.headers(), record.value()).orElseThrow().closesStep())
        .map(ConsumerRecord::partition)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(1);
  }

  @Test
  void offsetsAreTranslatedOnlyWhereACheckpointWasCopied() {
    CommandRun run = broker.run("models", "translate-offsets", "embedding", "--dry-run");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("embedding has no checkpoint on " + kafka.topics().checkpoints().name())
        .contains("copy the topics checkpoints and models");
  }

  @Test
  void onlyTheStepOfAModelThatIsTrainedCanBeClosed() {
    CommandRun run = broker.run("models", "close-step", "vission");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("vission").contains("classifier, embedding, vision");
  }

  private long newestRecords(String model) {
    return ModelReader.manifests(kafka.settings(Map.of())).stream()
        .filter(manifest -> manifest.getModel().equals(model))
        .mapToLong(ModelManifest::getRecords)
        .max()
        .orElse(-1);
  }

  private ProducerRecord<byte[], byte[]> example(String subject) {
    Topic<String, DocumentExample> topic = kafka.topics().documentExamples();
    var value =
        new DocumentExample(
            subject, List.of("pills"), List.of(1.0), "spam", new Source("documents", 0, 0L));
    return new ProducerRecord<>(
        topic.name(),
        topic.keys().serializer().serialize(topic.name(), subject),
        topic.values().serializer().serialize(topic.name(), value));
  }

  private void publish(String model, long version, byte[] bytes) {
    kafka.sendAll(
        TestModels.records(kafka, TestModels.version(model, version, List.of("a"), bytes)));
  }

  private static byte[] bytesOf(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
