package io.millrace.tests.system.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The folder {@code var} of {@code millrace up}, broker and stores, as a build has left it, and how
 * its trainers went on from there. Both the recording and the test go on with {@link
 * #sendExamplesAgain}, so the models must become the same.
 */
final class EarlierState {

  /** Networks and vocabularies that are small in a repository, and steps of a few records. */
  static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("vision.width", "12"),
          Map.entry("vision.height", "12"),
          Map.entry("vision.hidden", "8"),
          Map.entry("vision.classes.max", "8"),
          Map.entry("vision.replay.capacity", "64"),
          Map.entry("vision.batch.size", "8"),
          Map.entry("vision.step.batches", "2"),
          Map.entry("vision.workers", "1"),
          Map.entry("classifier.hidden", "8"),
          Map.entry("classifier.vocabulary.capacity", "256"),
          Map.entry("classifier.memory.capacity", "32"),
          Map.entry("classifier.batch.size", "4"),
          Map.entry("classifier.step.batches", "2"),
          Map.entry("embedding.dimensions", "8"),
          Map.entry("embedding.vocabulary.capacity", "2000"),
          Map.entry("embedding.min.count", "2"),
          Map.entry("embedding.batch.size", "8"),
          Map.entry("embedding.step.batches", "2"),
          Map.entry("embedding.merge.slice", "1"),
          Map.entry("text.vocabulary.capacity", "1000"),
          Map.entry("scoring.session.timeout.ms", "6000"));

  /** Besides, while the recording is made: models rest after a little rehearsal. */
  static final Map<String, String> LITTLE_REHEARSAL =
      Map.of(
          "vision.step.idle.ms", "500",
          "vision.rehearsal.passes", "2",
          "classifier.step.idle.ms", "500",
          "classifier.rehearsal.passes", "2",
          "embedding.step.idle.ms", "500");

  /** Besides, while trainers go on: no marker of a quiet stream, which time would place. */
  static final Map<String, String> NEVER_QUIET =
      Map.of(
          "vision.step.idle.ms", "0",
          "classifier.step.idle.ms", "0",
          "embedding.step.idle.ms", "0",
          // A machine that is busy would reach it.
          "vision.step.max.wait.ms", "86400000",
          "classifier.step.max.wait.ms", "86400000",
          "embedding.step.max.wait.ms", "86400000");

  private EarlierState() {}

  /** Packs a folder; files that only say who ran there are left out. */
  static void pack(Path folder, Path zip) throws IOException {
    try (OutputStream file = Files.newOutputStream(zip);
        var out = new ZipOutputStream(file);
        var paths = Files.walk(folder)) {
      out.setLevel(9);
      for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
        out.putNextEntry(new ZipEntry(folder.relativize(path).toString()));
        Files.copy(path, out);
      }
    }
  }

  /** Unpacks a recorded state into a folder. */
  static void unpack(String commit, Path folder) throws IOException {
    try (InputStream file = EarlierState.class.getResourceAsStream(resource(commit, "state.zip"));
        var in = new ZipInputStream(file)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path path = folder.resolve(entry.getName());
        Files.createDirectories(path.getParent());
        Files.copy(in, path);
      }
    }
  }

  /** The path of a file of a build's state among the resources. */
  static String resource(String commit, String file) {
    return "/earlier/" + commit + "/" + file;
  }

  /**
   * Sends the examples that a topic has once more, in their order, with the bytes that the earlier
   * build wrote.
   *
   * @return their number
   */
  static int sendExamplesAgain(KafkaTestClient client, Topic<?, ?> topic) {
    return sendExamplesAgain(client, topic, value -> value);
  }

  /** The same, every other one in another form. */
  static int sendExamplesAgain(
      KafkaTestClient client, Topic<?, ?> topic, UnaryOperator<byte[]> form) {
    List<ConsumerRecord<byte[], byte[]>> examples =
        client.read(topic).stream()
            .filter(it -> it.value() != null && !ControlRecords.isMarker(it.headers(), it.value()))
            .toList();
    for (int i = 0; i < examples.size(); i++) {
      ConsumerRecord<byte[], byte[]> it = examples.get(i);
      byte[] value = i % 2 == 0 ? it.value() : form.apply(it.value());
      client.send(
          new ProducerRecord<>(topic.name(), it.partition(), it.key(), value, it.headers()));
    }
    client.flush();
    return examples.size();
  }

  /** The newest manifest of a model; empty if the model has no version. */
  static Optional<ModelManifest> newest(KafkaTestClient client, String model) {
    return newest(client, KafkaTestClient.TOPICS, model);
  }

  /** The same among the topics with a prefix. */
  static Optional<ModelManifest> newest(KafkaTestClient client, Topics topics, String model) {
    return client.read(topics.models()).stream()
        .filter(it -> it.value() != null)
        .filter(it -> new String(it.key(), UTF_8).matches(model + "/\\d+/manifest"))
        .map(it -> io.millrace.schemas.AvroCodec.of(ModelManifest.class).decodeOrThrow(it.value()))
        .reduce((a, b) -> b.getVersion() > a.getVersion() ? b : a);
  }
}
