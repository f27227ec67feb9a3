package io.millrace.cli.forget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.classifier.ClassifierService;
import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ForgetCommandTest {

  private static final Map<String, String> CLASSIFIER =
      Map.of(
          "classifier.vocabulary.capacity", "100",
          "classifier.hidden", "8",
          "classifier.batch.size", "2",
          "classifier.step.batches", "2",
          "classifier.step.idle.ms", "0");

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void listsTheRecordsOfASubjectAndTheVersionsThatLearnedFromThem() throws Exception {
    String documents = kafka.topics().documents().name();
    kafka.send(new ProducerRecord<>(documents, bytes("mail-6"), bytes("cheap pills")));
    kafka.send(new ProducerRecord<>(documents, bytes("mail-60"), bytes("cheap pills")));
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().labels().name(),
            bytes("ignored"),
            bytes("{\"subject\": \"document/mail-6\", \"label\": \"spam\"}")));
    kafka.send(
        new ProducerRecord<>(kafka.topics().deadLetters().name(), bytes("mail-6"), bytes("x")));
    learn();

    CommandRun table = broker.run("forget", "document/mail-6", "--dry-run");
    CommandRun run = broker.run("forget", "document/mail-6", "--dry-run", "--json");

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(texts(result.get("records"), "topic"))
        .containsExactly("documents", "labels", "document-examples", "dead-letters");
    assertThat(texts(result.get("records"), "offset")).contains("6");
    assertThat(texts(result.get("versions"), "version")).containsExactly("2", "3");
    assertThat(texts(result.get("versions"), "newest")).containsExactly("false", "true");
    assertThat(table.out())
        .containsPattern("document/mail-6 +document-examples +1 +0:6 +until after 20")
        .containsPattern("documents +1 +\\d:\\d+ +until a tombstone and compaction, 7 days")
        .contains("classifier version 2 has learned from 1 of these records")
        .contains("version 3 has learned from 1 of these records, and its trainer learns on");
  }

  @Test
  void saysThatNothingIsKnown() {
    CommandRun run = broker.run("forget", "image/17", "document/none", "--dry-run");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("image/17: no topic has a record of it")
        .contains("document/none: no topic has a record of it")
        .contains("no version that is kept has learned from them");
  }

  @Test
  void deletesNothingAndTakesOnlySubjects() {
    CommandRun without = broker.run("forget", "image/17");
    CommandRun name = broker.run("forget", "17", "--dry-run");

    assertThat(without.status()).isEqualTo(2);
    assertThat(without.err()).contains("--dry-run", "operations.md");
    assertThat(name.status()).isEqualTo(2);
    assertThat(name.err()).contains("'17' is no subject");
  }

  private void learn() {
    IntStream.range(0, 12).forEach(i -> kafka.send(example("document/mail-" + i)));
    Service trainer = ClassifierService.TYPE.create().apply(kafka.settings(CLASSIFIER));
    trainer.start();
    try {
      TestKafka.await("three versions", () -> records() == 12);
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }
  }

  private long records() {
    return ModelReader.manifests(kafka.settings(Map.of())).stream()
        .mapToLong(ModelManifest::getRecords)
        .max()
        .orElse(-1);
  }

  private ProducerRecord<byte[], byte[]> example(String subject) {
    var topic = kafka.topics().documentExamples();
    var value =
        new DocumentExample(
            subject, List.of("pills"), List.of(1.0), "spam", new Source("documents", 0, 0L));
    return new ProducerRecord<>(
        topic.name(),
        topic.keys().serializer().serialize(topic.name(), subject),
        topic.values().serializer().serialize(topic.name(), value));
  }

  private static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(it -> it.get(field).asText())
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
