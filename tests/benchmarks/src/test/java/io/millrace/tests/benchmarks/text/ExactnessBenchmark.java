package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.tests.benchmarks.CommitWatcher;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 20 Newsgroups through Kafka on four partitions and two processes, 500 messages replaced and 500
 * deleted, then refreshed: every vector against scikit-learn's {@code TfidfVectorizer} on what is
 * left. Once undisturbed, and once with one of the processes killed in the middle and started again
 * with an empty folder. Run by name:
 *
 * <pre>
 * mvn -pl tests/benchmarks -am test -Dtest=ExactnessBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class ExactnessBenchmark {

  private static final int CHANGED = 500;
  private static final String GROUP = "millrace-text";

  private final Map<String, String> corpus = new LinkedHashMap<>();

  @TempDir private Path folder;

  @Test
  void everyVectorIsThatOfTheBatch() throws Exception {
    measure(false);
  }

  @Test
  void alsoWhenOneOfTheProcessesIsKilled() throws Exception {
    measure(true);
  }

  private void measure(boolean kill) throws Exception {
    Path file = Newsgroups.file().orElse(null);
    Assumptions.assumeTrue(
        file != null, "20 Newsgroups is not here: -Dbenchmark.data=20news-bydate.jsonl.gz");
    List<Newsgroups.Message> messages = Newsgroups.read(file);
    try (var broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        var producer = producer(broker)) {
      Settings settings = Settings.of(Map.of("bootstrap.servers", broker.bootstrapServers()));
      new Provisioner(admin, "").createMissing(Catalogue.load());
      var committed = new CommitWatcher(admin, GROUP, settings.topics().documents().name());
      try (var first = text(broker, "first");
          var second = text(broker, "second")) {
        first.awaitReady();
        second.awaitReady();
        change(producer, messages);
        if (kill) {
          while (committed.records() < messages.size() / 2) {
            LockSupport.parkNanos(1_000_000);
          }
          Set<String> members = members(admin);
          second.kill();
          long killed = System.nanoTime();
          try (var third = text(broker, "third")) {
            while (members(admin).containsAll(members)) {
              LockSupport.parkNanos(10_000_000);
            }
            double session = seconds(killed);
            third.awaitReady();
            double ready = seconds(killed);
            report("from the kill to the end of its session, s", session);
            report("from then until the next has restored its state, s", ready - session);
            report("from the kill until the next is ready, s", ready);
            refreshAndCompare(settings);
          }
        } else {
          refreshAndCompare(settings);
        }
      }
    }
  }

  /** Who is a member of the group; one that was killed is until its session ends. */
  private static Set<String> members(Admin admin) throws Exception {
    return admin.describeConsumerGroups(List.of(GROUP)).all().get().values().stream()
        .flatMap(group -> group.members().stream())
        .map(MemberDescription::consumerId)
        .collect(Collectors.toSet());
  }

  /** Sends all messages, replaces some and deletes others, all in one go. */
  private void change(KafkaProducer<byte[], byte[]> producer, List<Newsgroups.Message> messages) {
    messages.forEach(it -> send(producer, it.id(), it.text()));
    for (int i = 0; i < CHANGED; i++) {
      String text = messages.get(messages.size() - 1 - i).text();
      send(producer, messages.get(i).id(), "Replaced: " + text);
      send(producer, messages.get(CHANGED + i).id(), null);
    }
    producer.flush();
  }

  private void send(KafkaProducer<byte[], byte[]> producer, String id, @Nullable String text) {
    byte[] value = text == null ? null : text.getBytes(UTF_8);
    producer.send(new ProducerRecord<>("documents", id.getBytes(UTF_8), value));
    if (text == null) {
      corpus.remove(id);
    } else {
      corpus.put(id, text);
    }
  }

  private void refreshAndCompare(Settings settings) throws Exception {
    String bootstrap = settings.common().bootstrapServers();
    long begun = System.nanoTime();
    MillraceProcess.run(folder, "documents", "refresh", "--bootstrap", bootstrap);
    report("refresh, s", seconds(begun));
    Map<String, DocumentVector> vectors = vectors(settings);
    report("vectors", vectors.size());
    assertThat(vectors.keySet()).isEqualTo(corpus.keySet());
    compare(write(vectors));
  }

  private static Map<String, DocumentVector> vectors(Settings settings) {
    AvroCodec<DocumentVector> avro = AvroCodec.of(DocumentVector.class);
    Map<String, DocumentVector> vectors = new LinkedHashMap<>();
    CommittedReader.readStable(
        settings,
        settings.topics().documentVectors().name(),
        (id, value, timestamp) -> {
          if (value == null) {
            vectors.remove(id);
          } else {
            vectors.put(id, avro.decodeOrThrow(value));
          }
        });
    return vectors;
  }

  private Path write(Map<String, DocumentVector> vectors) throws IOException {
    Path file = Files.createTempFile(folder, "vectors", ".jsonl");
    try (var out = Files.newBufferedWriter(file);
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.setRootValueSeparator(new SerializedString("\n"));
      for (Map.Entry<String, DocumentVector> entry : vectors.entrySet()) {
        json.writeStartObject();
        json.writeStringField("text", corpus.get(entry.getKey()));
        json.writeArrayFieldStart("terms");
        for (String term : entry.getValue().getTerms()) {
          json.writeString(term);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("weights");
        for (double weight : entry.getValue().getWeights()) {
          json.writeNumber(weight);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
    }
    return file;
  }

  private static void compare(Path vectors) throws IOException, InterruptedException {
    Path script = Path.of("src", "test", "python", "compare_vectors.py");
    Process python =
        new ProcessBuilder("/usr/bin/python3", script.toString(), vectors.toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(python.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(python.waitFor()).as(printed).isZero();
    String[] figures = printed.split(" ");
    report("terms of the surviving corpus", Double.parseDouble(figures[0]));
    report("largest difference, 1e-12", Double.parseDouble(figures[1]) * 1e12);
    assertThat(Double.parseDouble(figures[1])).isLessThanOrEqualTo(1e-6);
  }

  private MillraceProcess text(EmbeddedBroker broker, String name) throws IOException {
    return MillraceProcess.up(
        folder,
        List.of("-Xmx1g"),
        Map.of(),
        "--bootstrap",
        broker.bootstrapServers(),
        "--services",
        "text",
        "--set",
        "text.analysis=scikit-learn",
        "--set",
        "state.directory=" + folder.resolve(name));
  }

  private static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  private static void report(String what, double figure) {
    System.out.printf(Locale.ROOT, "%-52s %,14.3f%n", what, figure);
  }
}
