package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.InitialWeights;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look after topics, models, words and dead letters. */
final class ClusterCommandsTest {

  @TempDir Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void missingTopicsAreListedAndMade() throws Exception {
    String images = kafka.topics().images().name();
    kafka.admin().deleteTopics(List.of(images)).all().get();
    TestKafka.await("deletion", () -> broker.run("topics", "list").out().contains("missing"));

    CommandRun apply = broker.run("topics", "apply");
    TestKafka.await("the topic", () -> !broker.run("topics", "list").out().contains("missing"));

    assertThat(apply.out()).contains("made " + images);
    assertThat(broker.run("topics", "apply").out()).contains("match the catalogue");
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
    Path file = folder.resolve("weights.safetensors");
    Architecture network = NetworkConfig.defaults().architecture();
    Map<String, float[]> drawn = InitialWeights.draw(network, 2, 1);
    Map<String, Tensor> tensors = new HashMap<>();
    network
        .parameters(2)
        .forEach(it ->
            tensors.put(
                it.name(),
                Tensor.of(drawn.get(it.name()), it.shape().stream().mapToInt(i -> i).toArray())));
    Files.write(file, SafeTensors.of(tensors, Map.of()).toBytes());

    CommandRun nameless = broker.run("models", "import", "vision", "--input", file.toString());
    CommandRun first = importing(file);
    CommandRun second = importing(file);
    CommandRun reset = importing(file, "--reset");

    assertThat(nameless.status()).isEqualTo(1);
    assertThat(nameless.err()).contains(file.toString()).contains("classes").contains("2");
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(first.out()).contains("version 0 of vision");
    assertThat(second.status()).isEqualTo(1);
    assertThat(second.err()).contains("goes on from version 0").contains("--reset");
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
  void deadLettersAreListedAndSentAgainAsTheyWere() {
    String documents = kafka.topics().documents().name();
    var record = new ConsumerRecord<>(documents, 1, 17, bytes("k"), bytes("x"));
    record.headers().add("mine", bytes("1"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "not good"));
    var image = new ConsumerRecord<>(kafka.topics().images().name(), 1, 18, bytes("i"), bytes("y"));
    kafka.send(DeadLetters.of(kafka.topics(), "scoring", image, "not good either"));

    String list = broker.run("dead-letters", "list", "--topic", "documents").out();
    CommandRun replay = broker.run("dead-letters", "replay", "--topic", "documents");

    assertThat(list).contains("not good").contains("17").doesNotContain("either");
    assertThat(replay.out()).contains("sent 1 records again");
    var again = kafka.committed(documents).getFirst();
    assertThat(again.key()).isEqualTo(bytes("k"));
    assertThat(again.value()).isEqualTo(bytes("x"));
    assertThat(again.headers()).hasSize(1);
    assertThat(kafka.committed(kafka.topics().images().name())).isEmpty();
  }

  @Test
  void deadLettersThatNoTopicTakesAreNotSentAgain() {
    String documents = kafka.topics().documents().name();
    var cut = new ConsumerRecord<>(documents, 1, 17, bytes("cut"), bytes("x"));
    cut.headers().add(DeadLetters.CUT, bytes("value of 99 bytes"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", cut, "not good"));
    var large = new ConsumerRecord<>(documents, 1, 18, bytes("large"), new byte[8_388_609]);
    kafka.send(DeadLetters.of(kafka.topics(), "text", large, "not good"));
    var small = new ConsumerRecord<>(documents, 1, 19, bytes("small"), bytes("y"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", small, "not good"));

    CommandRun replay = broker.run("dead-letters", "replay");

    assertThat(replay.out()).contains("sent 1 records again").contains("left out 2");
    assertThat(kafka.committed(documents)).hasSize(1);
  }

  @Test
  void theCompletionScriptIsReadByBash() throws Exception {
    Path script =
        Files.writeString(folder.resolve("completion"), CommandRun.of("completion").out());

    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();

    assertThat(bash.waitFor()).isZero();
    assertThat(script).content().contains("dead-letters").contains("--http-port");
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

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
