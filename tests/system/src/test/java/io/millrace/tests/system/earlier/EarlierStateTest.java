package io.millrace.tests.system.earlier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.runtime.testing.TomorrowsBuild;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Command;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Opens what earlier builds have left, the folder {@code var} of {@code up} with all topics,
 * checkpoints, stores and changelogs, and goes on with it: trainers learn on to the same models,
 * what waited for its label gets it, nothing is answered twice or refused. Meanwhile a later build
 * runs beside this one, whose schemas have further fields, symbols and branches.
 */
final class EarlierStateTest {

  private static final Topics TOPICS = KafkaTestClient.TOPICS;

  private static final Command REFRESH = new Command("refresh", "text", Map.of());

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
        var client = new KafkaTestClient("127.0.0.1:" + port);
        var later = new TomorrowsBuild()) {
      millrace.awaitReady();
      int answersBefore = client.values(TOPICS.predictions()).size();
      int lettersBefore = client.read(TOPICS.deadLetters()).size();

      announce(client, later);
      EarlierState.sendExamplesAgain(
          client, TOPICS.imageExamples(), it -> later.encode(decoded(ImageExample.class, it)));
      EarlierState.sendExamplesAgain(
          client,
          TOPICS.documentExamples(),
          it -> later.encode(decoded(DocumentExample.class, it)));
      learnsOn(client, "vision", expected);
      learnsOn(client, "classifier", expected);
      answersWhatIsNew(client, later, answersBefore);
      whatWaitedIsLabelled(client, later);

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

  /** An environment without the build itself, and without what earlier ones did not write. */
  private static String machine(String environment) {
    return environment.replaceAll("\\bbuild=[^,}]*", "").replaceAll("\\bcheckpoint=\\w+, ", "");
  }

  /** Writes the schemas of the later build, as it does before its first records. */
  private static void announce(KafkaTestClient client, TomorrowsBuild later) {
    later.encode(decoded(ImageExample.class, first(client, TOPICS.imageExamples())));
    later.encode(decoded(DocumentExample.class, first(client, TOPICS.documentExamples())));
    later.encode(image(0));
    later.encode(new Document("", null));
    later.encode(new Label("", ""));
    later.encode(REFRESH);
    later.schemas().forEach((key, schema) -> client.send(TOPICS.schemas(), key, schema));
    client.flush();
  }

  private static byte[] first(KafkaTestClient client, Topic<?, ?> topic) {
    return client.read(topic).stream()
        .map(ConsumerRecord::value)
        .filter(it -> it != null)
        .findFirst()
        .orElseThrow();
  }

  private static <T extends SpecificRecordBase> T decoded(Class<T> type, byte[] value) {
    return AvroCodec.of(type).decodeOrThrow(value);
  }

  private static Image image(int number) {
    return new Image(ByteBuffer.wrap(SampleImages.png(number)), null, null);
  }

  private static void answersWhatIsNew(
      KafkaTestClient client, TomorrowsBuild later, int answersBefore) {
    List<String> subjects =
        IntStream.range(0, 8)
            .mapToObj(i -> List.of("image/new" + i, "document/new" + i))
            .flatMap(List::stream)
            .toList();
    client.send(TOPICS.commands(), "text", later.encode(REFRESH));
    for (int i = 0; i < 8; i++) {
      boolean isLater = i % 2 == 1;
      byte[] text = EarlierStateRecording.text(i).getBytes(UTF_8);
      client.send(
          TOPICS.images(), "new" + i, isLater ? later.encode(image(i)) : SampleImages.png(i));
      client.send(
          TOPICS.documents(),
          "new" + i,
          isLater ? later.encode(new Document(EarlierStateRecording.text(i), null)) : text);
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
  private static void whatWaitedIsLabelled(KafkaTestClient client, TomorrowsBuild later) {
    List<String> waiting =
        IntStream.range(EarlierStateRecording.UNLABELLED, EarlierStateRecording.EACH)
            .mapToObj(i -> "image/i" + i)
            .toList();
    waiting.forEach(subject ->
        client.send(TOPICS.labels(), subject, later.encode(new Label(subject, "upright"))));
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
