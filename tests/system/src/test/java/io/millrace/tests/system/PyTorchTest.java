package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.InstalledProgram;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
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

/** An exported model predicts the same in PyTorch as in the stream. */
@ExtendWith(SharedMillrace.Extension.class)
final class PyTorchTest {

  private static final int TRAINED = 96;
  private static final int ASKED = 20;
  private static final int CLASSES = 3;
  private static final double TOLERANCE = 1e-5;
  private static final Path SCRIPT =
      TestFolders.ROOT.resolve("tests/system/src/test/python/vision.py");

  @TempDir private Path folder;

  @Test
  void theArticlesNetworkGivesTheSameScoresWithTheExportedWeights(SharedMillrace up)
      throws Exception {
    InstalledProgram python = InstalledProgram.pythonWith("torch");
    train(up.client());
    List<Prediction> answers = ask(up.client());
    long version = answers.getLast().getVersion();
    Path model = folder.resolve("vision.safetensors");

    MillraceProcess.run(
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

    assertThat(torch.get("classes")).hasSizeGreaterThanOrEqualTo(CLASSES);
    List<Prediction> ofTheVersion =
        answers.stream().filter(it -> it.getVersion() == version).toList();
    assertThat(ofTheVersion).isNotEmpty().allSatisfy(answer -> agrees(answer, torch));
  }

  private static void train(KafkaTestClient client) {
    for (int i = 0; i < TRAINED; i++) {
      client.send(KafkaTestClient.TOPICS.images(), "torch-train-" + i, SampleImages.png(i));
      client.send(KafkaTestClient.TOPICS.labels(), "image/torch-train-" + i, SampleImages.label(i));
    }
    client.flush();
    int[] asked = {0};
    Await.until(
        "a version that knows the classes",
        () -> classesOfAnswer(client, "torch-early-" + asked[0]++) >= CLASSES);
  }

  private static int classesOfAnswer(KafkaTestClient client, String id) {
    client.send(KafkaTestClient.TOPICS.images(), id, SampleImages.png(0));
    client.flush();
    return client.awaitPredictions(List.of("image/" + id)).stream()
        .filter(it -> it.getSubject().equals("image/" + id))
        .mapToInt(it -> it.getClasses().size())
        .max()
        .orElseThrow();
  }

  private static List<Prediction> ask(KafkaTestClient client) {
    for (int i = 0; i < ASKED; i++) {
      client.send(KafkaTestClient.TOPICS.images(), "torch-" + i, SampleImages.png(1000 + i));
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
      all.write(SampleImages.pixels(1000 + i));
    }
    return Files.write(folder.resolve("pixels"), all.toByteArray());
  }
}
