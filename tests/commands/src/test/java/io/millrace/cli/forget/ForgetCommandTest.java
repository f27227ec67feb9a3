package io.millrace.cli.forget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.classifier.ClassifierService;
import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.training.TrainedModel;
import io.millrace.embedding.EmbeddingService;
import io.millrace.runtime.administration.ManifestSettings;
import io.millrace.runtime.administration.ModelRebuild;
import io.millrace.runtime.administration.SubjectForgetting;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
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
    kafka.send(letter("mail-6", kafka.topics().documents()));
    send(0, 12);
    learnAll();

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
  void learnsTheModelAgainWhileItsTrainerRunsAndProvesIt() throws Exception {
    String documents = kafka.topics().documents().name();
    kafka.send(new ProducerRecord<>(documents, 1, bytes("mail-6"), bytes("cheap pills")));
    send(0, 12);
    Service trainer = trainer();
    Settings gated = kafka.settings(Map.of("scoring.classifier.serving", "manual"));
    JsonNode result;
    try {
      TestKafka.await("three versions", () -> records() == 12);
      decide(gated, 2, ServingReason.PROMOTED);
      decide(gated, 3, ServingReason.HELD);
      servicesHaveRead();

      CommandRun run = broker.run("forget", "document/mail-6", "--json");
      send(12, 16);
      TestKafka.await("the trainer goes on", () -> records() == 15);

      assertThat(run.status()).as(run.err() + run.out()).isZero();
      result = new ObjectMapper().readTree(run.out());
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }

    assertThat(result.get("proved").asBoolean()).isTrue();
    assertThat(texts(result.get("rebuilt"), "version")).containsExactly("4");
    assertThat(texts(result.get("versions"), "version")).containsExactly("4");
    assertThat(texts(result.get("versions"), "records")).containsExactly("0");
    assertThat(texts(result.get("versions"), "forgotten")).containsExactly("1");
    assertThat(result.at("/deleted/classifier").toString()).isEqualTo("[0,1,2,3]");
    ServingPointer pointer = ServingPointer.read(gated).get("classifier");
    assertThat(pointer.version()).contains(new VersionId("classifier", 4));
    assertThat(pointer.previous()).isEmpty();
    assertThat(pointer.decision().getReason()).isEqualTo(ServingReason.HELD);
    assertThat(broker.run("models", "verify", "classifier").out())
        .contains("learned again from 15 records, to the same bytes; 1 records of forgotten");
    assertThat(kafka.committed(documents))
        .filteredOn(record -> record.partition() == 1)
        .extracting(record -> record.value() == null)
        .containsExactly(false, true);
    assertThat(kafka.committed(kafka.topics().labels().name()))
        .allMatch(it ->
            ControlRecords.forgotten(it.headers(), it.value())
                .equals(Subject.parse("document/mail-6")))
        .hasSize(4);

    CommandRun again = broker.run("forget", "document/mail-6");
    CommandRun dry = broker.run("forget", "document/mail-6", "--dry-run");
    assertThat(again.status()).as(again.err()).isZero();
    assertThat(again.out())
        .doesNotContain("is learned again", "are deleted")
        .containsPattern("classifier 5 +0:0 to 16 +none +entries 1 to 1 +[0-9a-f]{64}")
        .contains("no version of classifier that is kept has learned from them");
    assertThat(dry.out()).contains("no version that is kept has learned from them");
  }

  @Test
  void itsDeadLettersAreNeitherSentAgainNorShown() throws Exception {
    String images = kafka.topics().images().name();
    kafka.send(letter("six", kafka.topics().images()));
    kafka.send(letter("seven", kafka.topics().images()));
    // Of the document of the same id nothing is forgotten.
    kafka.send(letter("six", kafka.topics().documents()));

    CommandRun forgotten = broker.run("forget", "image/six");
    CommandRun list = broker.run("dead-letters", "list", "--all");
    CommandRun replayed = broker.run("dead-letters", "replay", "--again", "--json");

    assertThat(forgotten.out()).contains("leaves their dead letters out from now on");
    assertThat(list.out())
        .containsPattern("documents .* six ")
        .containsPattern("images .* seven ")
        .doesNotContainPattern("images .* six ");
    JsonNode summary = new ObjectMapper().readTree(replayed.out());
    assertThat(summary.at("/leftOut/forgotten").asInt()).isEqualTo(1);
    assertThat(kafka.committed(images))
        .filteredOn(it -> it.value() != null)
        .extracting(it -> new String(it.key(), UTF_8))
        .containsExactly("seven");
  }

  private ProducerRecord<byte[], byte[]> letter(String key, Topic<?, ?> from) {
    var letter =
        new ProducerRecord<>(kafka.topics().deadLetters().name(), bytes(key), bytes("broken"));
    letter.headers().add("millrace-dead-letter-topic", bytes(from.name()));
    return letter;
  }

  @Test
  void learnsAVariantToo() throws Exception {
    send(0, 12);
    Map<String, String> variants =
        Map.of("classifier.variants", "small", "classifier.small.hidden", "4");
    runTrainers(variants, () -> records("classifier-small") == 12 && records() == 12);

    CommandRun run = broker.run("forget", "document/mail-6", "document/mail-7");
    CommandRun verified = broker.run("models", "verify", "classifier-small");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("classifier is learned again without them: version 4, from 10 records")
        .contains("classifier-small is learned again without them: version 4, from 10 records");
    assertThat(verified.status()).as(verified.out()).isZero();
  }

  @Test
  void theEmbeddingIsResetWhenThatIsAskedForAndItsWordsAreWithdrawn() throws Exception {
    String documents = kafka.topics().documents().name();
    for (int i = 0; i < 4; i++) {
      String text = i == 2 ? "zebra zebra pills pills" : "cheap pills cheap pills";
      kafka.send(new ProducerRecord<>(documents, 0, bytes("mail-" + i), bytes(text)));
    }
    runEmbedding(() -> words().contains("zebra"));
    servicesHaveRead();

    CommandRun kept = broker.run("forget", "document/mail-2");
    CommandRun reset = broker.run("forget", "document/mail-2", "--reset-embedding", "--json");
    runEmbedding(() -> words().contains("pills") && !words().contains("zebra"));
    CommandRun again = broker.run("forget", "document/mail-2");

    assertThat(kept.status()).as(kept.err()).isZero();
    assertThat(kept.out())
        .contains("has learned from 1 of these records", "word vectors stay", "--reset-embedding")
        .contains("no version of a model is kept that could have learned from them");
    assertThat(new ObjectMapper().readTree(reset.out()).get("reset").toString())
        .isEqualTo("[\"embedding\"]");
    assertThat(again.out()).contains("no word vectors have learned from them");
  }

  private void runEmbedding(BooleanSupplier until) {
    Map<String, String> settings =
        Map.of(
            "embedding.batch.size", "2",
            "embedding.step.batches", "1",
            "embedding.dimensions", "4",
            "embedding.min.count", "1",
            "embedding.sample", "0",
            "embedding.vocabulary.capacity", "2000",
            "embedding.step.idle.ms", "100");
    run(EmbeddingService.TYPE.createAll().apply(kafka.settings(settings)), until);
  }

  private Set<String> words() {
    Set<String> words = new HashSet<>();
    for (var record : kafka.committed(kafka.topics().wordVectors().name())) {
      String word = new String(record.key(), UTF_8);
      if (record.value() == null) {
        words.remove(word);
      } else {
        words.add(word);
      }
    }
    return words;
  }

  @Test
  void ofWhatTheLogNoLongerHasNobodyCanSayAnythingUnlessItIsLearnedAgain() throws Exception {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(), bytes("mail-1"), bytes("cheap pills")));
    send(0, 12);
    learnAll();
    deleteBefore(4);
    servicesHaveRead();

    CommandRun unsure = broker.run("forget", "document/mail-1");
    CommandRun all = broker.run("forget", "document/mail-1", "--all-models");

    assertThat(unsure.status()).isEqualTo(1);
    assertThat(unsure.out())
        .contains("classifier version 3 may have learned", "--all-models")
        .doesNotContain("is learned again");
    assertThat(all.status()).as(all.err() + all.out()).isZero();
    assertThat(all.out())
        .contains("version 4, from 8 records")
        .contains("classifier 4  0:4 to 12     none");
  }

  @Test
  void whatALaterRunFindsLearnedAgainIsDeletedAllTheSame() throws Exception {
    send(0, 12);
    learnAll();
    deleteBefore(4);
    Settings settings = kafka.settings(Map.of());
    new SubjectForgetting(settings, "classifier")
        .add(kafka.topics().documentExamples(), list -> List.of("document/mail-1"));
    ModelManifest newest = ModelReader.manifests(settings).getLast();
    TrainedModel model = TrainedModel.of("classifier").orElseThrow();
    Settings its = ManifestSettings.of(settings, newest, "classifier", model::trainer);
    ModelRebuild.of(settings, newest, model.trainer(its)).run(manifest -> {});

    CommandRun rest = broker.run("forget", "document/mail-1", "--all-models");

    assertThat(rest.status()).as(rest.err() + rest.out()).isZero();
    assertThat(rest.out())
        .contains("the parts of classifier version 1, 2, 3 are deleted")
        .doesNotContain("is learned again");
  }

  @Test
  void provesNothingWhileTextAndLabellingHaveNotReadThatASubjectWasWithdrawn() throws Exception {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(), bytes("mail-1"), bytes("cheap pills")));

    CommandRun behind = broker.run("forget", "document/mail-1");
    servicesHaveRead();
    CommandRun read = broker.run("forget", "document/mail-1");

    assertThat(behind.status()).isEqualTo(1);
    assertThat(behind.out())
        .contains("document/mail-1 is on the list")
        .contains("text has not read that they were withdrawn")
        .contains("labelling has not read", "start it and forget again");
    assertThat(read.status()).as(read.err() + read.out()).isZero();
    assertThat(read.out()).contains("document/mail-1 is forgotten").doesNotContain("has not read");
  }

  @Test
  void aDocumentUnderAnotherKeyIsNoTombstonesMatter() {
    String documents = kafka.topics().documents().name();
    for (String id : List.of("mail-9", "mail-10")) {
      String value = "{\"id\": \"%s\", \"text\": \"cheap pills\"}".formatted(id);
      kafka.send(new ProducerRecord<>(documents, 0, bytes("t1"), bytes(value)));
    }
    String other = "{\"id\": \"mail-12\", \"text\": \"cheap pills\"}";
    kafka.send(new ProducerRecord<>(documents, 0, bytes("mail-11"), bytes("cheap pills")));
    kafka.send(new ProducerRecord<>(documents, 0, bytes("mail-11"), bytes(other)));
    kafka.send(new ProducerRecord<>(documents, 0, bytes("mail-13"), bytes("cheap pills")));
    kafka.send(new ProducerRecord<>(documents, 0, bytes("mail-13"), bytes("{\"id\": 1")));

    CommandRun run =
        broker.run(
            "forget",
            "document/mail-9",
            "document/mail-11",
            "document/mail-13",
            "--set",
            "documents.json.id=/id");

    assertThat(run.out())
        .containsPattern("mail-9 +documents .*delete it at the source")
        .containsPattern("mail-11 +documents .*delete it at the source")
        .containsPattern("mail-13 +documents .*deleted; gone after compaction");
    assertThat(kafka.committed(documents))
        .filteredOn(it -> it.value() == null)
        .extracting(it -> new String(it.key(), UTF_8))
        .containsExactly("mail-13");
  }

  @Test
  void ofImportedWeightsNobodyCanSayWhatTheyHaveLearnedFrom() {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().imageExamples().name(), bytes("image/17"), bytes("no matter what")));
    var manifest =
        new ModelManifest(
            "vision",
            0L,
            1,
            1,
            1L,
            "",
            0L,
            List.of(),
            List.of(),
            Map.of(),
            Map.of(),
            Map.of("origin", "a file"),
            null,
            "",
            "");
    kafka.sendAll(ModelRecords.version(kafka.topics().models().name(), manifest, new byte[] {1}));

    CommandRun run = broker.run("forget", "image/17");

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .contains("image/17 is on the list")
        .contains("vision version 0 began with imported weights")
        .doesNotContain("--all-models");
  }

  /** As if text and labelling ran: their groups have read what comes, too. */
  private void servicesHaveRead() throws Exception {
    Map<String, List<Topic<?, ?>>> inputs =
        Map.of(
            "text", List.of(kafka.topics().documents()),
            "labelling",
                List.of(
                    kafka.topics().images(),
                    kafka.topics().documentVectors(),
                    kafka.topics().labels()));
    for (var entry : inputs.entrySet()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      try (var consumer = kafka.consumer()) {
        for (Topic<?, ?> topic : entry.getValue()) {
          consumer
              .partitionsFor(topic.name())
              .forEach(it ->
                  offsets.put(
                      new TopicPartition(topic.name(), it.partition()),
                      new OffsetAndMetadata(1_000)));
        }
      }
      String group = kafka.settings(Map.of()).common().group(entry.getKey());
      kafka.admin().alterConsumerGroupOffsets(group, offsets).all().get();
    }
  }

  @Test
  void changesNothingForASubjectThatIsNotThere() {
    CommandRun unknown = broker.run("forget", "image/17");
    CommandRun name = broker.run("forget", "17");
    CommandRun none = broker.run("forget");

    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err()).contains("no topic has a record of image/17", "nothing was changed");
    assertThat(name.status()).isEqualTo(2);
    assertThat(name.err()).contains("'17' is not a subject");
    assertThat(none.status()).isEqualTo(2);
    assertThat(kafka.committed(kafka.topics().labels().name())).isEmpty();
  }

  private void decide(Settings settings, long version, ServingReason reason) {
    ServingChange.make(
        settings,
        "classifier",
        pointer ->
            Optional.of(
                new ServingDecision(
                    "classifier",
                    version,
                    pointer.flatMap(ServingPointer::version).map(VersionId::number).orElse(null),
                    reason,
                    "ada",
                    "",
                    "",
                    "",
                    null,
                    null)));
  }

  private void deleteBefore(long offset) throws Exception {
    var partition = new TopicPartition(kafka.topics().documentExamples().name(), 0);
    kafka
        .admin()
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  private void learnAll() {
    runTrainers(Map.of(), () -> records() == 12);
  }

  private void runTrainers(Map<String, String> more, BooleanSupplier until) {
    Map<String, String> settings = new HashMap<>(CLASSIFIER);
    settings.putAll(more);
    run(ClassifierService.TYPE.createAll().apply(kafka.settings(settings)), until);
  }

  private static void run(List<Service> services, BooleanSupplier until) {
    services.forEach(Service::start);
    try {
      TestKafka.await("what is awaited", until);
    } finally {
      services.forEach(service -> service.close(Duration.ofSeconds(10)));
    }
  }

  private void send(int from, int to) {
    IntStream.range(from, to).forEach(i -> kafka.send(example("document/mail-" + i)));
  }

  private Service trainer() {
    Service trainer = ClassifierService.TYPE.create().apply(kafka.settings(CLASSIFIER));
    trainer.start();
    return trainer;
  }

  private long records() {
    return records("classifier");
  }

  private long records(String model) {
    return ModelReader.manifests(kafka.settings(Map.of())).stream()
        .filter(it -> it.getModel().equals(model))
        .mapToLong(ModelManifest::getRecords)
        .max()
        .orElse(-1);
  }

  private ProducerRecord<byte[], byte[]> example(String subject) {
    var topic = kafka.topics().documentExamples();
    String label = subject.hashCode() % 2 == 0 ? "spam" : "ham";
    var value =
        new DocumentExample(
            subject, List.of(label + "s"), List.of(1.0), label, new Source("documents", 0, 0L));
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
