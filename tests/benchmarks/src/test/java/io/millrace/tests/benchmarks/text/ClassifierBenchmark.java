package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.classifier.ClassifierService;
import io.millrace.labelling.LabellingService;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.scoring.ScoringService;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.text.TextService;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One pass over labelled documents through the topics: text, labelling, classifier and scoring with
 * their own settings, each document sent once with its label; then the held-out ones without
 * theirs. Reports the trainer's prequential accuracy, that on the held-out documents, and the
 * examples a second that the classifier learns alone, the broker on the same cores. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=ClassifierBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false [-Dtest.flags=-Dbenchmark.step.batches=1024]
 * </pre>
 *
 * What is learned does not depend on how many batches make a step and with it a version, but the
 * speed does: a version of a full vocabulary has 17 MB. So the speed is measured as set, and with
 * steps of {@code benchmark.step.batches}; then that of {@code scoring} on the same documents. The
 * peers are in {@link ClassifierPeerBenchmark}.
 */
final class ClassifierBenchmark {

  private static final int PASSES = Integer.getInteger("benchmark.passes", 8);
  private static final int STEP_BATCHES = Integer.getInteger("benchmark.step.batches", 1024);
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  static final Path MAILS = Path.of("..", "..", "data", "spam-assassin", "mails.jsonl.gz");

  /** What comes again and again while the speed is measured lies under a prefix of its own. */
  private static final String AGAIN = "again-";

  private static final String FIXED = "fixed-";

  private static final AvroCodec<Document> DOCUMENTS = AvroCodec.of(Document.class);

  @TempDir private Path folder;

  @Test
  void newsgroupsShuffled() throws Exception {
    Path file = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "20 Newsgroups is not here: -Dbenchmark.data=20news-bydate.jsonl.gz");
    learn("20 Newsgroups", Newsgroups.read(file));
  }

  @Test
  void spamAssassinInTheOrderOfTime() throws Exception {
    learn("SpamAssassin", Newsgroups.inOrder(MAILS));
  }

  private void learn(String name, List<Newsgroups.Message> messages) throws Exception {
    List<Newsgroups.Message> training = messages.stream().filter(it -> !it.isHeldOut()).toList();
    List<Newsgroups.Message> heldOut =
        messages.stream().filter(Newsgroups.Message::isHeldOut).toList();
    try (var broker = EmbeddedBroker.start(folder.resolve(name), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        var producer = producer(broker)) {
      Settings settings = settings(broker, "");
      new Provisioner(admin, "").createMissing(Catalogue.load());

      running(
          settings,
          List.of(TextService.TYPE, LabellingService.TYPE, ClassifierService.TYPE),
          () -> onePass(name, settings, producer, training));
      if (!heldOut.isEmpty()) {
        running(
            settings,
            List.of(TextService.TYPE, ScoringService.TYPE),
            () -> heldOut(name, settings, producer, heldOut));
      }
      Map<String, byte[]> examples = records(settings, settings.topics().documentExamples().name());
      learned(name + ", as set", settings(broker, AGAIN), examples, producer, admin);
      scored(name, settings, settings(broker, AGAIN), producer, admin);
      Settings steps =
          settings(broker, FIXED)
              .with(Map.of("classifier.step.batches", Integer.toString(STEP_BATCHES)));
      String often = ", a version every " + 4 * STEP_BATCHES;
      learned(name + often, steps, examples, producer, admin);
    }
  }

  private static void onePass(
      String name,
      Settings settings,
      KafkaProducer<byte[], byte[]> producer,
      List<Newsgroups.Message> training) {
    for (Newsgroups.Message message : training) {
      send(producer, settings, message.id(), new Document(message.text(), message.label()));
    }
    producer.flush();
    String examples = settings.topics().documentExamples().name();
    await("examples", () -> records(settings, examples).size() == training.size());
    CloseStep.write(settings, "classifier", settings.topics().documentExamples());
    await("the last version", () -> newest(settings).getRecords() == training.size());
    ModelManifest manifest = newest(settings);
    report(name + ", examples learned from, each once", manifest.getRecords());
    report(
        name + ", gradient steps an example, none replayed",
        1.0 / Double.parseDouble(manifest.getSettings().get("batch.size")));
    report(name + ", prequential", manifest.getMetrics().get("prequentialAccuracy"));
  }

  private static void heldOut(
      String name,
      Settings settings,
      KafkaProducer<byte[], byte[]> producer,
      List<Newsgroups.Message> heldOut) {
    heldOut.forEach(it -> send(producer, settings, it.id(), new Document(it.text(), null)));
    producer.flush();
    Map<String, String> labels =
        heldOut.stream()
            .collect(Collectors.toMap(it -> "document/" + it.id(), Newsgroups.Message::label));
    Map<String, Prediction> answers = new HashMap<>();
    await(
        "answers",
        () -> {
          answers.putAll(answers(settings, labels::containsKey));
          return answers.size() == labels.size();
        });
    long correct =
        answers.entrySet().stream()
            .filter(it -> labels.get(it.getKey()).equals(it.getValue().getLabel()))
            .count();
    report(name + ", held out", answers.size());
    report(name + ", accuracy on them", (double) correct / answers.size());
  }

  /** The same examples several times on another topic, all written before the classifier starts. */
  private static void learned(
      String name,
      Settings again,
      Map<String, byte[]> examples,
      KafkaProducer<byte[], byte[]> producer,
      Admin admin)
      throws Exception {
    new Provisioner(admin, prefix(again)).createMissing(Catalogue.load());
    repeat(again.topics().documentExamples().name(), examples, producer);
    CloseStep.write(again, "classifier", again.topics().documentExamples());
    measured(
        name + ", learned",
        again,
        ClassifierService.TYPE,
        new CommitWatcher(
            admin, prefix(again) + "millrace-classifier", again.topics().documentExamples().name()),
        examples.size());
  }

  /** The vectors of the same documents several times, scored by what was learned before. */
  private static void scored(
      String name,
      Settings once,
      Settings again,
      KafkaProducer<byte[], byte[]> producer,
      Admin admin)
      throws Exception {
    Map<String, byte[]> vectors = records(once, once.topics().documentVectors().name());
    String topic = again.topics().documentVectors().name();
    repeat(topic, vectors, producer);
    measured(
        name + ", scored",
        again,
        ScoringService.TYPE,
        new CommitWatcher(admin, prefix(again) + "millrace-scoring", topic),
        vectors.size());
  }

  private static String prefix(Settings settings) {
    return settings.topics().prefix();
  }

  private static void repeat(
      String topic, Map<String, byte[]> records, KafkaProducer<byte[], byte[]> producer) {
    for (int pass = 0; pass < PASSES; pass++) {
      records.forEach(
          (key, value) -> producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)));
    }
    producer.flush();
  }

  private static void measured(
      String what, Settings settings, ServiceType service, CommitWatcher watcher, int pass)
      throws Exception {
    List<CommitWatcher.Pass> passes = new ArrayList<>();
    running(settings, List.of(service), () -> passes.addAll(watcher.passes(pass, PASSES)));
    passes.forEach(it -> report(what + ", a second", it.rate()));
    List<CommitWatcher.Pass> last = passes.subList(PASSES / 2, PASSES);
    report(what + ", median of the last half", median(last, CommitWatcher.Pass::rate));
    report(what + ", processor µs each", median(last, CommitWatcher.Pass::cpuMicros));
  }

  private static double median(
      List<CommitWatcher.Pass> passes, ToDoubleFunction<CommitWatcher.Pass> figure) {
    double[] sorted = passes.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void running(Settings settings, List<ServiceType> types, Work work)
      throws Exception {
    List<Service> services = types.stream().map(type -> type.create().apply(settings)).toList();
    try {
      services.forEach(Service::start);
      work.run();
      assertThat(services).allMatch(it -> it.failure().isEmpty());
    } finally {
      services.forEach(it -> it.close(STOP_WITHIN));
    }
  }

  private Settings settings(EmbeddedBroker broker, String prefix) {
    return Settings.of(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "topics.prefix",
            prefix,
            "classifier.step.idle.ms",
            "0",
            "state.directory",
            folder.resolve("state").toString()));
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, Settings settings, String id, Document document) {
    producer.send(
        new ProducerRecord<>(
            settings.topics().documents().name(), id.getBytes(UTF_8), DOCUMENTS.encode(document)));
  }

  private static ModelManifest newest(Settings settings) {
    return ModelReader.manifests(settings).stream()
        .max(Comparator.comparing(ModelManifest::getVersion))
        .orElseThrow();
  }

  private static Map<String, Prediction> answers(Settings settings, Predicate<String> wanted) {
    AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);
    Map<String, Prediction> answers = new HashMap<>();
    records(settings, settings.topics().predictions().name())
        .forEach((subject, value) -> {
          if (wanted.test(subject)) {
            answers.put(subject, avro.decodeOrThrow(value));
          }
        });
    return answers;
  }

  private static Map<String, byte[]> records(Settings settings, String topic) {
    Map<String, byte[]> records = new LinkedHashMap<>();
    CommittedReader.readStable(
        settings,
        topic,
        (key, value, timestamp) -> {
          if (value != null) {
            records.put(key, value);
          }
        });
    return records;
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(deadline);
      LockSupport.parkNanos(500_000_000);
    }
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-64s %,12.4f%n", what, figure);
  }
}
