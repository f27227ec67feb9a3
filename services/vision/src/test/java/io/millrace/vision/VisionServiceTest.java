package io.millrace.vision;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.administration.ModelVerification;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.testing.MixedBuilds;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.testing.TrainerServiceFixture;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class VisionServiceTest {

  private static final int STEP = 32;

  @RegisterExtension private final MixedBuilds builds = new MixedBuilds();

  @RegisterExtension
  private final TrainerServiceFixture fixture =
      new TrainerServiceFixture(VisionService.TYPE, BarImages.SETTINGS);

  @Test
  void aStreamOfImagesMakesVersionsOfANetworkThatAnswers() {
    TestKafka kafka = fixture.kafka();
    String topic = kafka.topics().imageExamples().name();
    BarImages.send(kafka, 0, 500);
    kafka.send(new ProducerRecord<>(topic, "garbage".getBytes(UTF_8), new byte[] {1, 2, 3}));
    CloseStep.write(kafka.settings(Map.of()), "vision", kafka.topics().imageExamples());

    fixture.start(kafka);
    fixture.awaitRecords(kafka, 500);

    ModelVersion version = fixture.newestVersion(kafka);
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
    TestKafka kafka = fixture.kafka();

    fixture.start(kafka);
    fixture.awaitRecords(kafka, 0);

    ModelVersion version = fixture.newestVersion(kafka);
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
  void killedAtRandomMomentsItLearnsTheSameBytesAndKeepsCheckpointsThatProveThem()
      throws Exception {
    Map<String, String> keeping = Map.of("vision.checkpoints.every", "5");
    TestKafka undisturbed = fixture.kafka();
    BarImages.send(undisturbed, 0, 12 * STEP);
    fixture.start(undisturbed, keeping);
    fixture.awaitRecords(undisturbed, 12 * STEP);

    TestKafka killed = fixture.kafka();
    BarImages.send(killed, 0, 12 * STEP);
    var random = new Random(20_261_125);
    int step = 0;
    for (int kill = 0; kill < 4; kill++) {
      step += 1 + random.nextInt(2);
      Service service = fixture.start(killed, keeping);
      fixture.awaitRecords(killed, step * STEP);
      // Without patience: whatever is in hand, a batch or an open transaction, is left behind.
      service.close(Duration.ZERO);
    }
    fixture.start(killed, keeping);
    fixture.awaitRecords(killed, 12 * STEP);

    assertThat(fixture.newestVersion(killed).manifest().getVersion()).isEqualTo(12);
    assertThat(fixture.newestVersion(killed).bytes())
        .isEqualTo(fixture.newestVersion(undisturbed).bytes());
    assertThat(fixture.newestVersion(killed).manifest().getMetrics())
        .isEqualTo(fixture.newestVersion(undisturbed).manifest().getMetrics());
    fixture.assertSameValues(killed, undisturbed, killed.topics().checkpoints());

    var tenSteps = new TopicPartition(killed.topics().imageExamples().name(), 0);
    killed
        .admin()
        .deleteRecords(Map.of(tenSteps, RecordsToDelete.beforeOffset(10 * STEP)))
        .all()
        .get();
    assertThat(
            new ModelVerification(
                    killed.settings(BarImages.SETTINGS),
                    "vision",
                    given ->
                        VisionService.MODELS.trainer().trainer(given, new ModelName("vision", "")))
                .verify(12, _ -> {}))
        .extracting(ModelVerification.Finding::result)
        .containsOnly(ModelVerification.Result.PROVED);
  }

  @Test
  void killedWhileItRehearsesAFewImagesItsLogMakesTheSameBytesAgain() {
    TestKafka kafka = fixture.kafka();
    BarImages.send(kafka, 0, 20);
    // So many passes that no machine is through with them before it is killed.
    Map<String, String> quiet =
        Map.of(
            "vision.step.idle.ms", "100",
            "vision.rehearsal.passes", "1000000",
            "vision.rehearsal.images", "1000000000");
    for (int kill = 1; kill <= 4; kill++) {
      Service service = fixture.start(kafka, quiet);
      long version = kill;
      TestKafka.await("a rehearsal", () -> versions(kafka).size() > version);
      service.close(kill < 4 ? Duration.ZERO : Duration.ofSeconds(10));
    }
    List<ModelManifest> versions = versions(kafka);

    ModelReset.reset(kafka.settings(Map.of()), "vision", "vision", kafka.topics().imageExamples());
    fixture.start(kafka, quiet);
    TestKafka.await("all versions", () -> versions(kafka).size() >= 2 * versions.size());

    assertThat(versions(kafka).subList(versions.size(), 2 * versions.size()))
        .extracting(ModelManifest::getSha256)
        .isEqualTo(versions.stream().map(ModelManifest::getSha256).toList());
  }

  private static List<ModelManifest> versions(TestKafka kafka) {
    return ModelReader.manifests(kafka.settings(Map.of()));
  }

  @Test
  void aChangedSettingAgainstAnOldCheckpointStopsItAndIsNamed() {
    TestKafka kafka = fixture.kafka();
    BarImages.send(kafka, 0, STEP);
    Service first = fixture.start(kafka);
    fixture.awaitRecords(kafka, STEP);
    first.close(Duration.ofSeconds(10));

    Service second = fixture.start(kafka, Map.of("vision.hidden", "16"));

    TestKafka.await("the refusal", () -> second.health() == Service.Health.FAILED);
    assertThat(second.failure()).contains("hidden").contains("16").contains("reset");
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
}
