package io.millrace.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClassifierServiceTest {

  private static final int STEP = 32;
  private static final String CHECKPOINT_MANIFEST = "classifier/classifier/manifest";

  private final List<TestKafka> kafkas = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafkas.forEach(TestKafka::close);
  }

  @Test
  void aStreamOfExamplesMakesVersionsOfAModelThatAnswers() {
    TestKafka kafka = kafka();
    String topic = kafka.topics().documentExamples().name();
    send(kafka, 0, 400);
    kafka.send(new ProducerRecord<>(topic, "garbage".getBytes(UTF_8), new byte[] {1, 2, 3}));
    kafka.send(ControlRecords.closeStep(topic, 0));

    start(kafka, Map.of());
    awaitExamples(kafka, 400);

    ModelVersion version = newest(kafka);
    var predictor = ClassifierPredictor.load(SafeTensors.read(version.bytes()));
    assertThat(version.manifest().getClasses()).isEqualTo(predictor.classes());
    assertThat(version.manifest().getMetrics().get("prequentialAccuracy")).isBetween(0.75, 1.0);
    assertThat(version.manifest().getInputs())
        .singleElement()
        .satisfies(range -> assertThat(range.getTo()).isEqualTo(402));
    assertThat(IntStream.range(1_000, 1_100).filter(number -> isRight(predictor, number)).count())
        .isGreaterThanOrEqualTo(90);
  }

  @Test
  void theSeededModelIsThereBeforeTheFirstExample() {
    TestKafka kafka = kafka();

    start(kafka, Map.of());
    awaitExamples(kafka, 0);

    ModelVersion version = newest(kafka);
    assertThat(version.manifest().getVersion()).isZero();
    assertThat(ClassifierPredictor.load(SafeTensors.read(version.bytes())).classes()).isEmpty();
  }

  @Test
  void stoppedAgainAndAgainItLearnsTheSameBytes() {
    TestKafka undisturbed = kafka();
    send(undisturbed, 0, 10 * STEP);
    start(undisturbed, Map.of());
    awaitExamples(undisturbed, 10 * STEP);

    TestKafka stopped = kafka();
    int sent = 0;
    for (int end : new int[] {STEP + 11, 3 * STEP + 1, 7 * STEP + 30}) {
      send(stopped, sent, end);
      sent = end;
      Service service = start(stopped, Map.of());
      awaitExamples(stopped, end / STEP * STEP);
      service.close(Duration.ofSeconds(10));
    }
    send(stopped, sent, 10 * STEP);
    start(stopped, Map.of());
    awaitExamples(stopped, 10 * STEP);

    assertThat(newest(stopped).manifest().getMetrics().get("evicted")).isPositive();
    assertThat(newest(stopped).manifest().getMetrics())
        .isEqualTo(newest(undisturbed).manifest().getMetrics());
    assertThat(newest(stopped).bytes()).isEqualTo(newest(undisturbed).bytes());
    assertSame(checkpoint(stopped), checkpoint(undisturbed));
  }

  @Test
  void aChangedSettingAgainstAnOldCheckpointStopsItAndIsNamed() {
    TestKafka kafka = kafka();
    send(kafka, 0, STEP);
    Service first = start(kafka, Map.of());
    awaitExamples(kafka, STEP);
    first.close(Duration.ofSeconds(10));

    Service second = start(kafka, Map.of("classifier.hidden", "16"));

    TestKafka.await("the refusal", () -> second.health() == Service.Health.FAILED);
    assertThat(second.failure()).contains("hidden").contains("16").contains("reset");
  }

  private TestKafka kafka() {
    var kafka = new TestKafka();
    kafkas.add(kafka);
    return kafka;
  }

  private Service start(TestKafka kafka, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "classifier.step.batches", Integer.toString(STEP / 4),
                "classifier.vocabulary.capacity", "100",
                "classifier.hidden", "8"));
    settings.putAll(more);
    Service service = ClassifierService.TYPE.create().apply(kafka.settings(settings));
    services.add(service);
    service.start();
    return service;
  }

  private void awaitExamples(TestKafka kafka, long count) {
    TestKafka.await(
        count + " examples",
        () -> {
          services.forEach(service -> assertThat(service.failure()).isEmpty());
          return ModelReader.manifests(kafka.settings(Map.of())).stream()
              .mapToLong(ModelManifest::getRecords)
              .anyMatch(records -> records >= count);
        });
  }

  private static void send(TestKafka kafka, int from, int to) {
    Topic<String, DocumentExample> topic = kafka.topics().documentExamples();
    kafka.sendAll(
        IntStream.range(from, to)
            .mapToObj(number ->
                new ProducerRecord<>(
                    topic.name(),
                    0,
                    topic.keys().serializer().serialize(topic.name(), "document/" + number),
                    topic
                        .values()
                        .serializer()
                        .serialize(topic.name(), SyntheticMails.mail(number))))
            .toList());
  }

  private static ModelVersion newest(TestKafka kafka) {
    return ModelReader.load(kafka.settings(Map.of()), "classifier", OptionalLong.empty())
        .orElseThrow();
  }

  private static boolean isRight(ClassifierPredictor predictor, int number) {
    DocumentExample mail = SyntheticMails.mail(number);
    float[] scores = predictor.predict(mail.getTerms(), mail.getWeights());
    return predictor
        .classes()
        .get(scores[0] > scores[1] ? 0 : 1)
        .equals(SyntheticMails.label(number));
  }

  /** The newest value of every part, less the manifest, which names the topics. */
  private static Map<String, byte[]> checkpoint(TestKafka kafka) {
    Map<String, byte[]> values = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        kafka.committed(kafka.topics().checkpoints().name())) {
      values.put(new String(record.key(), UTF_8), record.value());
    }
    values.remove(CHECKPOINT_MANIFEST);
    return values;
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(expected).isNotEmpty();
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, value) -> assertThat(actual.get(key)).as(key).isEqualTo(value));
  }
}
