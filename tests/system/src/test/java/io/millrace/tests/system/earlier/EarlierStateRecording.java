package io.millrace.tests.system.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records the state that the last build of {@code earlier/builds} leaves, by command: {@code mvn
 * -pl tests/system -am test -Dtest=EarlierStateRecording -Dsurefire.failIfNoSpecifiedTests=false}.
 * What it writes under {@code src/test/resources/earlier} is committed once and then kept.
 */
final class EarlierStateRecording {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;

  /** The number of images and of documents. */
  static final int EACH = 40;

  /** From this number on they have no label yet. */
  static final int UNLABELLED = 36;

  @TempDir private Path folder;

  @Test
  void recordsStateAndHowItGoesOn() throws Exception {
    EarlierBuild build = EarlierBuild.of(EarlierBuild.promised().getLast());
    Path target =
        Files.createDirectories(
            Path.of("src/test/resources" + EarlierState.resource(build.commit(), "")));
    int port = MillraceProcess.freePort();

    try (var millrace = up(build, port, EarlierState.LITTLE_REHEARSAL);
        var client = new KafkaTestClient("127.0.0.1:" + port)) {
      millrace.awaitReady();
      send(client);
      awaitRest(client);
      assertThat(millrace.terminate()).isZero();
    }
    EarlierState.pack(folder.resolve("var"), target.resolve("state.zip"));
    try (var millrace =
            up(build, port, EarlierState.NEVER_QUIET, "--services", "vision,classifier");
        var client = new KafkaTestClient("127.0.0.1:" + port)) {
      millrace.awaitReady();
      recordContinuation(client, target);
      assertThat(millrace.terminate()).isZero();
    }
  }

  private MillraceProcess up(
      EarlierBuild build, int port, Map<String, String> more, String... arguments)
      throws IOException {
    Map<String, String> settings = new TreeMap<>(EarlierState.SETTINGS);
    settings.putAll(more);
    List<String> all =
        new ArrayList<>(
            List.of("--dir", folder.resolve("var").toString(), "--port", Integer.toString(port)));
    all.addAll(List.of(arguments));
    return MillraceProcess.up(
        Optional.of(build.classPath()),
        folder,
        List.of("-Xmx640m", "-XX:+UseSerialGC"),
        settings,
        all.toArray(String[]::new));
  }

  /** Every kind of record that a build reads, and all that it makes of them. */
  private static void send(KafkaTestClient client) {
    client.send(TOPICS.labels(), "image/early", "upright"); // Its image never comes.
    for (int i = 0; i < EACH; i++) {
      String label = i < UNLABELLED ? SampleImages.label(i) : null;
      if (i % 2 == 0) {
        var image = new Image(ByteBuffer.wrap(SampleImages.png(i)), null, label);
        client.send(TOPICS.images(), "i" + i, AvroCodec.of(Image.class).encode(image));
      } else {
        client.send(TOPICS.images(), "i" + i, SampleImages.png(i));
        if (label != null) {
          client.send(TOPICS.labels(), "image/i" + i, label);
        }
      }
      client.send(TOPICS.documents(), "d" + i, text(i));
      if (i < UNLABELLED) {
        client.send(TOPICS.labels(), "document/d" + i, i % 2 == 0 ? "fox" : "hen");
      }
    }
    client.send(TOPICS.documents(), "replaced", "a first form");
    client.send(TOPICS.documents(), "replaced", "the second form");
    client.send(TOPICS.documents(), "deleted", "deleted soon");
    client.send(TOPICS.documents(), "deleted", (byte[]) null);
    client.send(TOPICS.images(), "garbage", new byte[] {1, 2, 3});
    client.send(
        TOPICS.commands(),
        "text",
        AvroCodec.of(Command.class).encode(new Command("refresh", "text", Map.of())));
    client.flush();
  }

  /** The text of a document. */
  static String text(int number) {
    return (number % 2 == 0 ? "red fox runs far " : "grey hen sits still ")
        + "over the field number"
        + number % 5;
  }

  /** Waits until all is answered and learned from, and nothing changes any more. */
  private static void awaitRest(KafkaTestClient client) {
    client.awaitValues(TOPICS.predictions(), "answers", all -> all.size() >= 2 * EACH + 1);
    client.awaitValues(TOPICS.imageExamples(), "examples", all -> all.size() == UNLABELLED);
    client.awaitValues(TOPICS.documentExamples(), "examples", all -> all.size() == UNLABELLED);
    client.awaitValues(TOPICS.evaluations(), "evaluations", all -> !all.isEmpty());
    client.awaitValues(TOPICS.wordVectors(), "word vectors", all -> !all.isEmpty());
    assertThat(client.read(TOPICS.deadLetters())).hasSize(1);
    var before = new ArrayList<List<Integer>>();
    Await.until(
        "models at rest",
        () -> {
          before.add(
              List.of(
                  client.read(TOPICS.models()).size(),
                  client.read(TOPICS.imageExamples()).size(),
                  client.read(TOPICS.documentExamples()).size(),
                  client.read(TOPICS.documents()).size(),
                  client.read(TOPICS.evaluations()).size()));
          pause();
          int last = before.size() - 1;
          return last >= 6
              && before.subList(last - 6, last).stream().allMatch(before.get(last)::equals);
        });
  }

  private static void pause() {
    try {
      Thread.sleep(1000); // Rest is that nothing happens for a time.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void recordContinuation(KafkaTestClient client, Path target) throws IOException {
    var expected = new Properties();
    record(
        client,
        "vision",
        16,
        EarlierState.sendExamplesAgain(client, TOPICS.imageExamples()),
        expected);
    record(
        client,
        "classifier",
        8,
        EarlierState.sendExamplesAgain(client, TOPICS.documentExamples()),
        expected);
    try (var file = Files.newBufferedWriter(target.resolve("expected.properties"), UTF_8)) {
      expected.store(file, "How the trainers went on from state.zip with all examples once more");
    }
  }

  private static void record(
      KafkaTestClient client, String model, int step, int examples, Properties expected) {
    long before = EarlierState.newest(client, model).orElseThrow().getVersion();
    long after = before + examples / step;
    Await.until(
        model + " " + after,
        () -> EarlierState.newest(client, model).orElseThrow().getVersion() == after);
    ModelManifest manifest = EarlierState.newest(client, model).orElseThrow();
    expected.setProperty(model + ".version", Long.toString(after));
    expected.setProperty(model + ".records", Long.toString(manifest.getRecords()));
    expected.setProperty(model + ".classes", String.join(",", manifest.getClasses()));
    expected.setProperty(model + ".sha256", manifest.getSha256());
    expected.setProperty(
        model + ".environment", new TreeMap<>(manifest.getEnvironment()).toString());
  }
}
