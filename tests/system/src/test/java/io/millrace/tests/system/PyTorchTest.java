package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Prediction;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An exported model answers in PyTorch as it did in the stream. */
@ExtendWith(SharedUp.Extension.class)
final class PyTorchTest {

  private static final int TRAINED = 96;
  private static final int ASKED = 20;
  private static final double TOLERANCE = 1e-5;
  private static final Path SCRIPT = Folders.ROOT.resolve("tests/system/src/test/python/vision.py");

  @TempDir private Path folder;

  @Test
  void theArticlesNetworkGivesTheSameScoresWithTheExportedWeights(SharedUp up) throws Exception {
    Program python = Program.pythonWith("torch");
    train(up.client());
    List<Prediction> answers = ask(up.client());
    long version = answers.getLast().getVersion();
    Path model = folder.resolve("vision.safetensors");

    Millrace.run(
        folder,
        "models",
        "export",
        "vision",
        "--version",
        Long.toString(version),
        "--format",
        "safetensors",
        "--output",
        model.toString(),
        "--bootstrap",
        up.bootstrap());
    JsonNode torch =
        new ObjectMapper()
            .readTree(
                python.run(
                    new byte[0],
                    List.of(SCRIPT.toString(), model.toString(), pixels().toString())));

    assertThat(torch.get("classes")).hasSizeGreaterThanOrEqualTo(3);
    List<Prediction> ofTheVersion =
        answers.stream().filter(it -> it.getVersion() == version).toList();
    assertThat(ofTheVersion).isNotEmpty().allSatisfy(answer -> agrees(answer, torch));
  }

  private static void train(Client client) {
    for (int i = 0; i < TRAINED; i++) {
      client.send(Client.TOPICS.images(), "torch-train-" + i, Pictures.png(i));
      client.send(Client.TOPICS.labels(), "image/torch-train-" + i, Pictures.kind(i));
    }
    client.flush();
    Await.until("a model that has learned", () -> versions(client) > 1);
    int asked = 0;
    while (versionThatAnswers(client, "torch-early-" + asked) == 0) {
      asked++;
    }
  }

  /** Published versions of the model, the seeded one included. */
  private static long versions(Client client) {
    return client.read(Client.TOPICS.models()).stream()
        .map(it -> new String(it.key(), UTF_8))
        .filter(key -> key.startsWith("vision/") && key.endsWith("/manifest"))
        .count();
  }

  private static long versionThatAnswers(Client client, String id) {
    client.send(Client.TOPICS.images(), id, Pictures.png(0));
    client.flush();
    return client.awaitPredictions(List.of("image/" + id)).stream()
        .filter(it -> it.getSubject().equals("image/" + id))
        .mapToLong(Prediction::getVersion)
        .max()
        .orElseThrow();
  }

  private static List<Prediction> ask(Client client) {
    for (int i = 0; i < ASKED; i++) {
      client.send(Client.TOPICS.images(), "torch-" + i, Pictures.png(1000 + i));
    }
    client.flush();
    List<String> subjects = IntStream.range(0, ASKED).mapToObj(i -> "image/torch-" + i).toList();
    return client.awaitPredictions(subjects).stream()
        .filter(it -> subjects.contains(it.getSubject()))
        .toList();
  }

  private static void agrees(Prediction answer, JsonNode torch) {
    int number = Integer.parseInt(answer.getSubject().substring("image/torch-".length()));
    List<String> classes = torch.get("classes").valueStream().map(JsonNode::asText).toList();

    assertThat(answer.getClasses()).isNotEmpty();
    for (ClassScore score : answer.getClasses()) {
      double theirs =
          torch.at("/scores/" + number).get(classes.indexOf(score.getLabel())).asDouble();
      assertThat(score.getScore()).as(score.getLabel()).isCloseTo(theirs, within(TOLERANCE));
    }
    assertThat(Objects.requireNonNull(answer.getReconstructionError()))
        .isCloseTo(torch.at("/errors/" + number).asDouble(), within(TOLERANCE));
  }

  private Path pixels() throws Exception {
    var all = new ByteArrayOutputStream();
    for (int i = 0; i < ASKED; i++) {
      all.write(Pictures.pixels(1000 + i));
    }
    return Files.write(folder.resolve("pixels"), all.toByteArray());
  }
}
