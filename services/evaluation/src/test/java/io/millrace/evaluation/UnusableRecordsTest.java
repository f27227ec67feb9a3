package io.millrace.evaluation;

import static io.millrace.runtime.streams.StreamsTestDriver.TOPICS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What services have not written to the topics that they write becomes a dead letter, whole. */
final class UnusableRecordsTest {

  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] MANIFEST = "vision/000000000005/manifest".getBytes(UTF_8);
  private static final byte[] POINTER = "vision/serving".getBytes(UTF_8);
  private static final byte[] LABEL = AvroCodec.of(Label.class).encode(new Label("image/1", "7"));

  private final EvaluationTestDriver driver;

  UnusableRecordsTest(@TempDir Path folder) {
    driver = new EvaluationTestDriver(folder);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  static Stream<Arguments> unusable() {
    return Stream.concat(everywhere(), ofOneTopic().stream());
  }

  private static Stream<Arguments> everywhere() {
    byte[] random = new byte[1_000];
    new Random(5).nextBytes(random);
    return Stream.of(TOPICS.predictions(), TOPICS.imageExamples(), TOPICS.documentExamples())
        .flatMap(topic ->
            Stream.of(
                arguments(topic, KEY, null, "has no value"),
                arguments(topic, null, null, "has no value"),
                arguments(topic, KEY, new byte[0], "not Avro"),
                arguments(topic, null, random, "not Avro"),
                arguments(topic, KEY, LABEL, "is an Avro Label, not a")));
  }

  private static List<Arguments> ofOneTopic() {
    Topic<?, ?> predictions = TOPICS.predictions();
    Topic<?, ?> models = TOPICS.models();
    return List.of(
        arguments(predictions, KEY, prediction("fox", "vision", 1, 0.5), "subject"),
        arguments(
            predictions, KEY, prediction("image/1", "vision", -1, 0.5), "not a model version"),
        arguments(predictions, KEY, prediction("image/1", "a/b", 1, 0.5), "not a model version"),
        arguments(predictions, KEY, prediction("image/1", "", 1, 0.5), "not a model version"),
        arguments(
            predictions, KEY, prediction("image/1", "vision", 1, Double.NaN), "class probability"),
        arguments(models, null, LABEL, "not a model-version key"),
        arguments(models, KEY, null, "not a model-version key"),
        arguments(models, KEY, new byte[] {1}, "not a model-version key"),
        arguments(models, POINTER, new byte[] {1}, "not Avro"),
        arguments(models, POINTER, pointer("classifier"), "decides about the model 'classifier'"),
        arguments(models, MANIFEST, new byte[0], "not Avro"),
        arguments(models, MANIFEST, LABEL, "is an Avro Label, not a ModelManifest"),
        arguments(
            models, MANIFEST, manifest("vision", -5), "differ from those of the record's key"),
        arguments(models, MANIFEST, manifest("a/b", 5), "differ from those of the record's key"));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void areDeadLettersAndTheOthersAreJudged(
      Topic<?, ?> topic, byte[] key, byte[] value, String reason) {
    driver.manifest(0, 0);

    driver.send(topic, key, value);

    driver.predicted(1, 0, "7");
    assertThat(driver.counts())
        .isEqualTo(Map.of(EvaluationTestDriver.key(0, Scope.PREQUENTIAL), 1L));
    TestRecord<byte[], byte[]> letter = driver.deadLetters.readRecord();
    assertThat(letter.key()).isEqualTo(key);
    assertThat(letter.value()).isEqualTo(value);
    assertThat(EventHeaders.text(letter.headers(), DeadLetters.TOPIC)).contains(topic.name());
    assertThat(EventHeaders.text(letter.headers(), DeadLetters.REASON).orElseThrow())
        .contains(reason);
    assertThat(driver.deadLetters.isEmpty()).isTrue();
    assertThat(driver.stats.deadLettered()).isEqualTo(1);
  }

  @Test
  void pointersToTheVersionThatAnswersAreNotUnusable() {
    driver.send(TOPICS.models(), POINTER, pointer("vision"));
    driver.send(TOPICS.models(), POINTER, null);

    assertThat(driver.deadLetters.isEmpty()).isTrue();
  }

  private static byte[] pointer(String model) {
    return AvroCodec.of(ServingDecision.class)
        .encode(
            new ServingDecision(
                model, 5L, null, ServingReason.PROMOTED, "ada", "", "", "", null, null));
  }

  private static byte[] prediction(String subject, String model, long version, double probability) {
    return AvroCodec.of(Prediction.class)
        .encode(
            new Prediction(
                subject,
                "7",
                0.5,
                List.of(new ClassScore("7", probability, 0.0)),
                model,
                version,
                null,
                "7",
                new Source("images", 0, 1L),
                null,
                null));
  }

  private static byte[] manifest(String model, long version) {
    return AvroCodec.of(ModelManifest.class)
        .encode(
            new ModelManifest(
                model, version, 1, 0, 0L, "", 0L, List.of(), List.of(), Map.of(), Map.of(),
                Map.of(), null, "", ""));
  }
}
