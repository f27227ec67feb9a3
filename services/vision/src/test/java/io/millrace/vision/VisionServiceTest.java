package io.millrace.vision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class VisionServiceTest {

  private static final int STEP = 32;
  private static final String CHECKPOINT_MANIFEST = "vision/vision/manifest";

  private final List<TestKafka> kafkas = new ArrayList<>();
  private final List<Service> services = new ArrayList<>();

  @AfterEach
  void stop() {
    services.forEach(service -> service.close(Duration.ofSeconds(10)));
    kafkas.forEach(TestKafka::close);
  }

  @Test
  void aStreamOfImagesMakesVersionsOfANetworkThatAnswers() {
    TestKafka kafka = kafka();
    String topic = kafka.topics().imageExamples().name();
    BarImages.send(kafka, 0, 500);
    kafka.send(new ProducerRecord<>(topic, "garbage".getBytes(UTF_8), new byte[] {1, 2, 3}));
    kafka.send(ControlRecords.closeStep(topic, 0));

    start(kafka, Map.of());
    awaitImages(kafka, 500);

    ModelVersion version = newest(kafka);
    assertThat(version.manifest().getMetrics().get("prequentialAccuracy")).isBetween(0.6, 1.0);
    assertThat(version.manifest().getEnvironment()).containsKey("engine");
    assertThat(version.manifest().getInputs())
        .singleElement()
        .satisfies(range -> assertThat(range.getTo()).isEqualTo(502));
    try (VisionPredictor network = load(version)) {
      assertThat(version.manifest().getClasses()).isEqualTo(network.classes());
      assertThat(IntStream.range(1_000, 1_050).filter(n -> isRight(network, n)).count())
          .isGreaterThanOrEqualTo(45);
    }
  }

  @Test
  void theSeededNetworkIsThereBeforeTheFirstImage() {
    TestKafka kafka = kafka();

    start(kafka, Map.of());
    awaitImages(kafka, 0);

    ModelVersion version = newest(kafka);
    assertThat(version.manifest().getVersion()).isZero();
    try (VisionPredictor network = load(version)) {
      assertThat(network.classes()).isEmpty();
      assertThat(
              network
                  .predict(new ImageBatch(BarImages.SHAPE, 1, BarImages.pixels(1)))
                  .reconstructions())
          .hasSize(144);
    }
  }

  @Test
  void killedAtRandomMomentsItLearnsTheSameBytes() {
    TestKafka undisturbed = kafka();
    BarImages.send(undisturbed, 0, 12 * STEP);
    start(undisturbed, Map.of());
    awaitImages(undisturbed, 12 * STEP);

    TestKafka killed = kafka();
    BarImages.send(killed, 0, 12 * STEP);
    var random = new Random(20_261_125);
    int step = 0;
    for (int kill = 0; kill < 4; kill++) {
      step += 1 + random.nextInt(2);
      Service service = start(killed, Map.of());
      awaitImages(killed, step * STEP);
      // Without patience: whatever is in hand, a batch or an open transaction, is left behind.
      service.close(Duration.ZERO);
    }
    start(killed, Map.of());
    awaitImages(killed, 12 * STEP);

    assertThat(newest(killed).manifest().getVersion()).isEqualTo(12);
    assertThat(newest(killed).bytes()).isEqualTo(newest(undisturbed).bytes());
    assertThat(newest(killed).manifest().getMetrics())
        .isEqualTo(newest(undisturbed).manifest().getMetrics());
    assertSame(checkpoint(killed), checkpoint(undisturbed));
  }

  @Test
  void aChangedSettingAgainstAnOldCheckpointStopsItAndIsNamed() {
    TestKafka kafka = kafka();
    BarImages.send(kafka, 0, STEP);
    Service first = start(kafka, Map.of());
    awaitImages(kafka, STEP);
    first.close(Duration.ofSeconds(10));

    Service second = start(kafka, Map.of("vision.hidden", "16"));

    TestKafka.await("the refusal", () -> second.health() == Service.Health.FAILED);
    assertThat(second.failure()).contains("hidden").contains("16").contains("reset");
  }

  private TestKafka kafka() {
    var kafka = new TestKafka();
    kafkas.add(kafka);
    return kafka;
  }

  private Service start(TestKafka kafka, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(BarImages.SETTINGS);
    settings.putAll(more);
    Service service = VisionService.TYPE.create().apply(kafka.settings(settings));
    services.add(service);
    service.start();
    return service;
  }

  private void awaitImages(TestKafka kafka, long count) {
    TestKafka.await(
        count + " images",
        () -> {
          services.forEach(service -> assertThat(service.failure()).isEmpty());
          return ModelReader.manifests(kafka.settings(Map.of())).stream()
              .mapToLong(ModelManifest::getRecords)
              .anyMatch(records -> records >= count);
        });
  }

  private static ModelVersion newest(TestKafka kafka) {
    return ModelReader.load(kafka.settings(Map.of()), "vision", OptionalLong.empty()).orElseThrow();
  }

  private static VisionPredictor load(ModelVersion version) {
    return VisionEngine.named("dl4j").load(SafeTensors.read(version.bytes()));
  }

  private static boolean isRight(VisionPredictor network, int number) {
    NetworkOutput answers =
        network.predict(new ImageBatch(BarImages.SHAPE, 1, BarImages.pixels(number)));
    int best = answers.scores()[0] > answers.scores()[1] ? 0 : 1;
    return network.classes().get(best).equals(BarImages.isAcross(number) ? "across" : "down");
  }

  /** The newest value of every part of the checkpoint, less its manifest, which names topics. */
  private static Map<String, byte[]> checkpoint(TestKafka kafka) {
    Map<String, byte[]> parts = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        kafka.committed(kafka.topics().checkpoints().name())) {
      parts.put(new String(record.key(), UTF_8), record.value());
    }
    parts.remove(CHECKPOINT_MANIFEST);
    return parts;
  }

  private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
    assertThat(expected).isNotEmpty();
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((key, value) -> assertThat(actual.get(key)).as(key).isEqualTo(value));
  }
}
