package io.millrace.tests.system.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.tests.system.KafkaTestClient;
import io.millrace.tests.system.SampleImages;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Opens what earlier builds have left, the folder {@code var} of {@code up} with all topics,
 * checkpoints, stores and changelogs, and goes on with it: trainers learn on to the same models,
 * what waited for its label gets it, nothing is answered twice or refused.
 */
final class EarlierStateTest {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;

  @TempDir private Path folder;

  static Stream<String> commits() throws IOException {
    return EarlierBuild.promised().stream();
  }

  @ParameterizedTest
  @MethodSource("commits")
  void isOpenedAndGoneOnWith(String commit) throws Exception {
    EarlierState.unpack(commit, folder.resolve("var"));
    Properties expected = expected(commit);
    int port = MillraceProcess.freePort();
    Map<String, String> settings = new TreeMap<>(EarlierState.SETTINGS);
    settings.putAll(EarlierState.NEVER_QUIET);

    try (var millrace =
            MillraceProcess.up(
                folder,
                settings,
                "--dir",
                folder.resolve("var").toString(),
                "--port",
                Integer.toString(port));
        var client = new KafkaTestClient("127.0.0.1:" + port)) {
      millrace.awaitReady();
      int answersBefore = client.values(TOPICS.predictions()).size();
      int lettersBefore = client.read(TOPICS.deadLetters()).size();

      EarlierState.sendExamplesAgain(client, TOPICS.imageExamples());
      EarlierState.sendExamplesAgain(client, TOPICS.documentExamples());
      learnsOn(client, "vision", expected);
      learnsOn(client, "classifier", expected);
      answersWhatIsNew(client, answersBefore);
      whatWaitedIsLabelled(client);

      assertThat(millrace.answer("/documents/d0/terms?k=1")).isPresent();
      assertThat(client.read(TOPICS.deadLetters())).hasSize(lettersBefore);
      millrace.assertAlive();
    }
  }

  private static void learnsOn(KafkaTestClient client, String model, Properties expected) {
    long version = Long.parseLong(expected.getProperty(model + ".version"));
    Await.until(
        model + " " + version,
        () -> EarlierState.newest(client, model).orElseThrow().getVersion() >= version);

    ModelManifest manifest = EarlierState.newest(client, model).orElseThrow();

    assertThat(manifest.getVersion()).isEqualTo(version);
    assertThat(manifest.getRecords())
        .isEqualTo(Long.parseLong(expected.getProperty(model + ".records")));
    assertThat(String.join(",", manifest.getClasses()))
        .isEqualTo(expected.getProperty(model + ".classes"));
    // Another instruction set or build of the engine rounds otherwise.
    if (machine(new TreeMap<>(manifest.getEnvironment()).toString())
        .equals(machine(expected.getProperty(model + ".environment")))) {
      assertThat(manifest.getSha256()).isEqualTo(expected.getProperty(model + ".sha256"));
    }
  }

  /** An environment without the build itself. */
  private static String machine(String environment) {
    return environment.replaceAll("\\bbuild=[^,}]*", "");
  }

  private static void answersWhatIsNew(KafkaTestClient client, int answersBefore) {
    List<String> subjects =
        IntStream.range(0, 8)
            .mapToObj(i -> List.of("image/new" + i, "document/new" + i))
            .flatMap(List::stream)
            .toList();
    for (int i = 0; i < 8; i++) {
      client.send(TOPICS.images(), "new" + i, SampleImages.png(i));
      client.send(TOPICS.documents(), "new" + i, EarlierStateRecording.text(i));
    }
    client.flush();
    client.awaitPredictions(subjects);

    assertThat(client.values(TOPICS.predictions()))
        .hasSize(answersBefore + subjects.size())
        .filteredOn(it -> it.getSubject().contains("/new"))
        .map(Prediction::getSubject)
        .containsExactlyInAnyOrderElementsOf(subjects);
  }

  /** Images and documents that the earlier build has stored until their labels come. */
  private static void whatWaitedIsLabelled(KafkaTestClient client) {
    List<String> waiting =
        IntStream.range(EarlierStateRecording.UNLABELLED, EarlierStateRecording.EACH)
            .mapToObj(i -> "image/i" + i)
            .toList();
    waiting.forEach(subject -> client.send(TOPICS.labels(), subject, "upright"));
    client.flush();

    client.awaitValues(
        TOPICS.imageExamples(),
        "examples of what waited",
        all -> all.stream().map(ImageExample::getSubject).toList().containsAll(waiting));
  }

  private static Properties expected(String commit) throws IOException {
    var expected = new Properties();
    String file = EarlierState.resource(commit, "expected.properties");
    try (Reader in =
        new InputStreamReader(EarlierStateTest.class.getResourceAsStream(file), UTF_8)) {
      expected.load(in);
    }
    return expected;
  }
}
