package io.millrace.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.classifier.ClassifierService;
import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.cli.training.TrainedModel;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import io.millrace.vision.VisionService;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayCommandTest {

  private static final int STEP = 16;

  /** It rehearses after each quiet moment, so that there are markers in the log. */
  private static final Map<String, String> LIVE =
      Map.of(
          "vision.width", "12",
          "vision.height", "12",
          "vision.hidden", "8",
          "vision.classes.max", "4",
          "vision.learning.rate", "0.01",
          "vision.batch.size", "8",
          "vision.step.batches", "2",
          "vision.step.idle.ms", "100",
          "vision.rehearsal.passes", "3");

  private static final String OTHER_RATE = "0.003";

  @TempDir Path folder;
  private final TestKafka kafka = new TestKafka();
  private final TestKafka afresh = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);
  private final ObjectMapper json = new ObjectMapper();

  @AfterEach
  void end() {
    kafka.close();
    afresh.close();
  }

  @Test
  void itsVersionsAndFiguresAreThoseOfAFreshRunWithThatRate() throws Exception {
    learnInTwoParts();
    Map<String, Long> before = ends();
    Path plot = folder.resolve("both.png");

    CommandRun run =
        replay("slow", "--set", "learning.rate=" + OTHER_RATE, "--json", "--plot", plot.toString());
    List<ModelManifest> live = versions(kafka, "vision");
    List<ModelManifest> fresh = learnAfresh(live.getLast());

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = json.readTree(run.out());
    // One more where a quiet moment came within a step.
    assertThat(texts(result, "replayed", "sha256"))
        .hasSizeGreaterThanOrEqualTo(6)
        .isEqualTo(fresh.stream().skip(1).map(ModelManifest::getSha256).toList());
    assertThat(
            points(result, "replayed").stream()
                .map(point -> json.convertValue(point.get("metrics"), HashMap.class))
                .toList())
        .isEqualTo(fresh.stream().skip(1).map(ModelManifest::getMetrics).toList());
    assertThat(texts(result, "live", "sha256"))
        .isEqualTo(live.stream().skip(1).map(ModelManifest::getSha256).toList())
        .isNotEqualTo(texts(result, "replayed", "sha256"));
    assertThat(ends()).isEqualTo(before);
    assertThat(groups()).containsExactly(kafka.settings(Map.of()).common().group("vision"));
    assertThat(ImageIO.read(plot.toFile()).getWidth()).isGreaterThan(600);
  }

  @Test
  void whatJoinsIsTheCheckpointOfTheFreshRun() throws Exception {
    learnInTwoParts();
    String[] rate = {"--set", "vision.learning.rate=" + OTHER_RATE, "--join"};

    CommandRun joined = replay("slow", rate);
    CommandRun again = replay("slow", rate);
    ModelManifest manifest = versions(kafka, "vision-slow").getLast();
    List<ModelManifest> fresh = learnAfresh(versions(kafka, "vision").getLast());
    CommandRun replaced = replay("slow", "--set", "learning.rate=0.002", "--join", "--replace");

    assertThat(joined.status()).as(joined.err()).isZero();
    assertThat(joined.err())
        .contains("vision.variants=slow", "vision.slow.learning.rate=" + OTHER_RATE);
    assertThat(manifest.getVersion()).isEqualTo(fresh.getLast().getVersion());
    assertThat(manifest.getSha256()).isEqualTo(fresh.getLast().getSha256());
    assertThat(again.status()).isEqualTo(1);
    assertThat(again.err()).contains("there is a model vision-slow", "--replace");
    assertThat(replaced.status()).as(replaced.err()).isZero();
    assertThat(versions(kafka, "vision-slow").getLast().getVersion())
        .isEqualTo(manifest.getVersion() + 1);
  }

  @Test
  void theJoinedCheckpointHasTheBytesOfTheFreshRunsAndItsVersionIsProved() {
    learnInTwoParts();

    // How much the trainer may still rehearse is in its checkpoint, by a setting of its process.
    replay(
        "slow",
        "--set",
        "learning.rate=" + OTHER_RATE,
        "--set",
        "rehearsal.passes=" + LIVE.get("vision.rehearsal.passes"),
        "--join");
    learnAfresh(versions(kafka, "vision").getLast());

    StoredCheckpoint own = checkpoint(kafka, "vision-slow");
    StoredCheckpoint fresh = checkpoint(afresh, "vision");
    assertThat(own.parts()).containsOnlyKeys(fresh.parts().keySet());
    own.parts().forEach((part, bytes) -> assertThat(bytes).isEqualTo(fresh.parts().get(part)));
    // The copy has no ends of transactions, so that its offsets are others.
    CheckpointManifest expected =
        CheckpointManifest.newBuilder(fresh.manifest())
            .setModel("vision-slow")
            .setPositions(own.manifest().getPositions())
            .setLastCut(own.manifest().getLastCut())
            .setRecent(own.manifest().getRecent())
            .build();
    assertThat(own.manifest()).isEqualTo(expected);
    assertThat(own.manifest().getPositions().getFirst().getOffset())
        .isEqualTo(versions(kafka, "vision").getLast().getInputs().getFirst().getTo());
    assertThat(own.manifest().getRecent().getLast().getOffset())
        .isEqualTo(own.manifest().getPositions().getFirst().getOffset() - 1);
    var verification =
        new ModelVerification(kafka.settings(LIVE), "vision-slow", TrainedModel.VISION::trainer);
    assertThat(verification.verify(own.manifest().getVersion(), records -> {}))
        .extracting(ModelVerification.Finding::result)
        .containsOnly(ModelVerification.Result.PROVED);
  }

  @Test
  void aTrainerOfTheVariantGoesOnAsOneThatHasLearnedAllOfIt() {
    learnInTwoParts();
    replay("slow", "--set", "learning.rate=" + OTHER_RATE, "--join");
    send(kafka, 6 * STEP, 8 * STEP);
    Map<String, String> settings = new HashMap<>(LIVE);
    settings.put("vision.step.idle.ms", "0");
    settings.put("vision.variants", "slow");
    settings.put("vision.slow.learning.rate", OTHER_RATE);

    List<Service> services = VisionService.TYPE.createAll().apply(kafka.settings(settings));
    services.forEach(Service::start);
    try {
      TestKafka.await(
          "both models",
          () ->
              versions(kafka, "vision").getLast().getRecords() == 8 * STEP
                  && versions(kafka, "vision-slow").getLast().getRecords() == 8 * STEP);
    } finally {
      services.forEach(service -> service.close(Duration.ofSeconds(10)));
    }

    ModelManifest slow = versions(kafka, "vision-slow").getLast();
    ModelManifest fresh = learnAfresh(versions(kafka, "vision").getLast()).getLast();
    assertThat(slow.getSha256()).isEqualTo(fresh.getSha256());
    assertThat(slow.getMetrics()).isEqualTo(fresh.getMetrics());
    assertThat(slow.getVersion()).isEqualTo(fresh.getVersion());
  }

  @Test
  void itEndsWhereItIsToldToAndTheLiveModelsFiguresBeginThere() throws Exception {
    send(kafka, 0, 6 * STEP);
    learn(kafka, Map.of("vision.step.idle.ms", "0"), 6 * STEP);

    CommandRun run = replay("same", "--from", "32", "--to", "0:79", "--json");
    CommandRun table = replay("same", "--from", "32", "--to", "0:79");

    JsonNode result = json.readTree(run.out());
    assertThat(result.at("/inputs/0/from").asLong()).isEqualTo(32);
    assertThat(result.at("/inputs/0/to").asLong()).isEqualTo(79);
    assertThat(longs(result, "replayed", "records")).containsExactly(16L, 32L);
    assertThat(longs(result, "live", "records")).containsExactly(16L, 32L);
    assertThat(longs(result, "live", "version")).containsExactly(3L, 4L);
    assertThat(table.out())
        .contains("from offset 32 to 79", "count from its version 2 on", "of 32 records");
  }

  @Test
  void anotherOptimizerHasItsOwnRates() throws Exception {
    send(kafka, 0, 2 * STEP);
    learn(kafka, Map.of("vision.step.idle.ms", "0"), 2 * STEP);

    CommandRun own = replay("heavy", "--set", "optimizer=momentum", "--json");
    CommandRun said =
        replay(
            "heavy",
            "--set",
            "optimizer=momentum",
            "--set",
            "learning.rate=0.01",
            "--set",
            "momentum=0.9",
            "--json");
    CommandRun live = replay("same", "--json");

    assertThat(own.status()).as(own.err()).isZero();
    assertThat(texts(json.readTree(own.out()), "replayed", "sha256"))
        .hasSize(2)
        .isEqualTo(texts(json.readTree(said.out()), "replayed", "sha256"))
        .isNotEqualTo(texts(json.readTree(live.out()), "replayed", "sha256"));
  }

  @Test
  void replaysTheClassifierToo() throws Exception {
    Map<String, String> settings =
        Map.of(
            "classifier.vocabulary.capacity", "100",
            "classifier.hidden", "8",
            "classifier.batch.size", "2",
            "classifier.step.batches", "2",
            "classifier.step.idle.ms", "0");
    for (int i = 0; i < 12; i++) {
      String label = i % 2 == 0 ? "spam" : "ham";
      kafka.send(
          kafka.topics().documentExamples(),
          "document/" + i,
          new DocumentExample(
              "document/" + i,
              List.of(label.substring(1)),
              List.of(1.0),
              label,
              new Source("documents", 0, (long) i)));
    }
    Service trainer = ClassifierService.TYPE.create().apply(kafka.settings(settings));
    trainer.start();
    try {
      TestKafka.await("three versions", () -> versions(kafka, "classifier").size() == 4);
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }

    CommandRun same = broker.run("replay", "classifier", "--as", "same", "--json");
    CommandRun larger =
        broker.run("replay", "classifier", "--as", "large", "--set", "classifier.hidden=16");

    JsonNode result = json.readTree(same.out());
    assertThat(texts(result, "replayed", "sha256")).isEqualTo(texts(result, "live", "sha256"));
    assertThat(texts(result, "replayed", "accuracy")).isEqualTo(texts(result, "live", "accuracy"));
    assertThat(texts(result, "replayed", "loss")).isEqualTo(texts(result, "live", "loss"));
    assertThat(larger.status()).as(larger.err()).isZero();
    assertThat(larger.out())
        .contains("ACCURACY classifier-large", "of 12 records correctly", "; classifier ");
  }

  @Test
  void saysWhereTheLogNoLongerReaches() throws Exception {
    send(kafka, 0, 4 * STEP);
    learn(kafka, Map.of("vision.step.idle.ms", "0"), 4 * STEP);
    var partition = new TopicPartition(kafka.topics().imageExamples().name(), 0);
    kafka.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(5))).all().get();

    CommandRun whole = replay("same");
    CommandRun rest = replay("same", "--from", "2020-01-01", "--json");
    CommandRun behind = replay("same", "--from", "4");

    assertThat(whole.status()).isEqualTo(1);
    assertThat(whole.err()).contains("begins at offset 5", "from offset 0", "--from");
    assertThat(rest.status()).as(rest.err()).isZero();
    assertThat(rest.err()).contains("begins only at", "(offset 5)");
    assertThat(json.readTree(rest.out()).at("/inputs/0/from").asLong()).isEqualTo(5);
    assertThat(behind.err()).contains("begins at offset 5", "from offset 4");
  }

  @Test
  void refusesWhatItCannotReplay() {
    CommandRun embedding = broker.run("replay", "embedding", "--as", "big");
    CommandRun variant = broker.run("replay", "vision-wide", "--as", "big");
    CommandRun setting = replay("big", "--set", "hiden=3");
    CommandRun name = replay("Big");
    CommandRun taken = replay("rehearsal");
    CommandRun place = replay("big", "--from", "yesterday");
    CommandRun nothing = replay("big");

    assertThat(embedding.status()).isEqualTo(2);
    assertThat(embedding.err()).contains("embedding cannot be replayed");
    assertThat(variant.status()).isEqualTo(2);
    assertThat(variant.err()).contains("vision-wide", "by --set");
    assertThat(setting.err()).contains("unknown setting: hiden");
    assertThat(name.err()).contains("--as Big", "lower-case");
    assertThat(taken.err()).contains("--as rehearsal", "vision.rehearsal.");
    assertThat(place.err()).contains("--from", "'yesterday'", "PARTITION:OFFSET");
    assertThat(nothing.err()).contains("vision has no version");
  }

  /** Two parts with a quiet moment between them, and a marker of a person at the end. */
  private void learnInTwoParts() {
    Service trainer = VisionService.TYPE.create().apply(kafka.settings(LIVE));
    trainer.start();
    try {
      send(kafka, 0, 3 * STEP + 5);
      TestKafka.await("a rehearsal", () -> rehearsed("vision") > 0);
      send(kafka, 3 * STEP + 5, 6 * STEP);
      CloseStep.write(kafka.settings(Map.of()), "vision", kafka.topics().imageExamples());
      TestKafka.await("all records", () -> records(kafka) == 6 * STEP);
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }
  }

  private double rehearsed(String model) {
    return versions(kafka, model).stream()
        .mapToDouble(it -> it.getMetrics().getOrDefault("replayed", 0.0))
        .max()
        .orElse(0);
  }

  /** Trains on a copy of the log up to where a version ends, with the other rate. */
  private List<ModelManifest> learnAfresh(ModelManifest live) {
    long end = live.getInputs().getFirst().getTo();
    String topic = afresh.topics().imageExamples().name();
    List<ProducerRecord<byte[], byte[]>> copy = new ArrayList<>();
    kafka.committed(kafka.topics().imageExamples().name()).stream()
        .filter(record -> record.offset() < end)
        .forEach(record ->
            copy.add(
                new ProducerRecord<>(
                    topic, 0, record.timestamp(), record.key(), record.value(), record.headers())));
    afresh.sendAll(copy);
    Map<String, String> settings =
        Map.of("vision.step.idle.ms", "0", "vision.learning.rate", OTHER_RATE);
    learn(afresh, settings, live.getRecords());
    List<ModelManifest> learned = new ArrayList<>();
    TestKafka.await(
        "the last version",
        () -> {
          learned.clear();
          learned.addAll(versions(afresh, "vision"));
          return learned.size() >= versions(kafka, "vision").size();
        });
    return learned;
  }

  private static void learn(TestKafka where, Map<String, String> more, long records) {
    Map<String, String> settings = new HashMap<>(LIVE);
    settings.putAll(more);
    Service trainer = VisionService.TYPE.create().apply(where.settings(settings));
    trainer.start();
    try {
      TestKafka.await("all records", () -> records(where) == records);
    } finally {
      trainer.close(Duration.ofSeconds(10));
    }
  }

  private static long records(TestKafka where) {
    return versions(where, "vision").stream().mapToLong(ModelManifest::getRecords).max().orElse(-1);
  }

  private static List<ModelManifest> versions(TestKafka where, String model) {
    return ModelReader.manifests(where.settings(Map.of())).stream()
        .filter(it -> it.getModel().equals(model))
        .toList();
  }

  private static StoredCheckpoint checkpoint(TestKafka where, String model) {
    return StoredCheckpoint.read(where.settings(Map.of()), "vision", model).orElseThrow();
  }

  private CommandRun replay(String name, String... more) {
    List<String> command = new ArrayList<>(List.of("replay", "vision", "--as", name));
    command.addAll(List.of(more));
    return broker.run(command.toArray(String[]::new));
  }

  private Map<String, Long> ends() throws Exception {
    Map<String, Long> ends = new HashMap<>();
    try (var consumer = kafka.consumer()) {
      for (String topic :
          List.of(
              kafka.topics().models().name(),
              kafka.topics().checkpoints().name(),
              kafka.topics().imageExamples().name())) {
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .forEach(it ->
                ends.put(
                    it.toString(), consumer.endOffsets(List.of(it)).values().iterator().next()));
      }
    }
    return ends;
  }

  private List<String> groups() throws Exception {
    return kafka.admin().listGroups().all().get().stream()
        .map(it -> it.groupId())
        .filter(it -> it.startsWith(kafka.topics().prefix()))
        .toList();
  }

  private static List<JsonNode> points(JsonNode result, String curve) {
    return StreamSupport.stream(result.get(curve).spliterator(), false).toList();
  }

  private static List<String> texts(JsonNode result, String curve, String field) {
    return points(result, curve).stream().map(it -> it.get(field).asText()).toList();
  }

  private static List<Long> longs(JsonNode result, String curve, String field) {
    return points(result, curve).stream().map(it -> it.get(field).asLong()).toList();
  }

  private static void send(TestKafka kafka, int from, int to) {
    Topic<String, ImageExample> topic = kafka.topics().imageExamples();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int number = from; number < to; number++) {
      var value =
          new ImageExample(
              "image/" + number,
              ByteBuffer.wrap(bar(number)),
              null,
              number % 2 == 0 ? "across" : "down",
              new Source("images", 0, (long) number));
      records.add(
          new ProducerRecord<>(
              topic.name(),
              topic.keys().serializer().serialize(topic.name(), value.getSubject()),
              topic.values().serializer().serialize(topic.name(), value)));
    }
    kafka.sendAll(records);
  }

  /** A bright bar across or down. */
  private static byte[] bar(int number) {
    var random = new Random(number);
    int place = 1 + random.nextInt(10);
    float[] pixels = new float[144];
    for (int i = 0; i < pixels.length; i++) {
      int along = number % 2 == 0 ? i / 12 : i % 12;
      pixels[i] = (Math.abs(along - place) <= 1 ? 0.8f : 0) + random.nextFloat() / 5;
    }
    return PngEncoder.encode(new ImageShape(1, 12, 12), pixels, 0);
  }
}
