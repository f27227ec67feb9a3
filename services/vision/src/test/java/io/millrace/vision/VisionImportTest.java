package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Weights from elsewhere become a version, and the trainer continues from it. */
final class VisionImportTest {

  private static final List<String> NONE_GIVEN = List.of();

  private final TestKafka kafka = new TestKafka();
  private final Settings settings = kafka.settings(BarImages.SETTINGS);

  @AfterEach
  void stop() {
    kafka.close();
  }

  @Test
  void aFileBecomesTheFirstVersionWithItsBytesAndNamesItsOrigin() {
    SafeTensors weights = weights(1);

    long version = imported(weights.toBytes(), NONE_GIVEN, false);

    ModelVersion newest = newest();
    assertThat(version).isZero();
    assertThat(newest.manifest().getVersion()).isZero();
    assertThat(SafeTensors.read(newest.bytes()).tensors()).isEqualTo(weights.tensors());
    assertThat(newest.manifest().getClasses()).containsExactly("low", "high");
    assertThat(newest.manifest().getRecords()).isZero();
    assertThat(newest.manifest().getEnvironment().get("origin")).matches("[0-9a-f]{64}");
  }

  @Test
  void theTrainerGoesOnFromItAndLaterVersionsNameItsOriginToo() {
    SafeTensors weights = weights(1);
    imported(weights.toBytes(), List.of("low", "high"), false);
    String origin = newest().manifest().getEnvironment().get("origin");
    BarImages.send(kafka, 0, 64);

    Service service = VisionService.TYPE.create().apply(settings);
    service.start();
    try {
      TestKafka.await("a step", () -> newest().manifest().getRecords() >= 32);
    } finally {
      service.close(Duration.ofSeconds(10));
    }

    assertThat(newest().manifest().getVersion()).isPositive();
    assertThat(newest().manifest().getClasses()).startsWith("low", "high");
    assertThat(newest().manifest().getEnvironment()).containsEntry("origin", origin);
    float[] before = weights.tensors().get("conv1.weight").floats();
    float[] after = SafeTensors.read(newest().bytes()).tensors().get("conv1.weight").floats();
    double moved = 0;
    for (int i = 0; i < before.length; i++) {
      moved = Math.max(moved, Math.abs(after[i] - before[i]));
    }
    assertThat(moved).as("a few small steps away").isBetween(1e-7, 0.1);
  }

  @Test
  void aModelThatGoesOnIsBegunAnewOnlyIfThatIsSaid() {
    imported(weights(1).toBytes(), NONE_GIVEN, false);
    byte[] other = weights(2).toBytes();

    assertThatThrownBy(() -> VisionImport.run(settings, other, NONE_GIVEN, false))
        .isInstanceOf(IncompatibleStateException.class)
        .hasMessageContaining("vision is trained already, up to version 0");
    assertThat(newest().manifest().getVersion()).isZero();
    long version = imported(other, NONE_GIVEN, true);

    assertThat(version).isEqualTo(1);
    assertThat(SafeTensors.read(newest().bytes()).tensors()).isEqualTo(weights(2).tensors());
    assertThat(ModelReader.manifests(settings)).hasSize(2);
  }

  @Test
  void classesInAnotherOrderThanTheFilesChangeNothing() {
    byte[] file = weights(1).toBytes();

    assertThatThrownBy(() -> VisionImport.run(settings, file, List.of("high", "low"), false))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("[low, high]")
        .hasMessageContaining("[high, low]");
    assertThat(ModelReader.manifests(settings)).isEmpty();
  }

  @Test
  void aClassThatNoLabelCanBeIsRefused() {
    SafeTensors weights = weights(1);
    byte[] file =
        SafeTensors.of(weights.tensors(), Map.of("classes", "[\"low\",\" high\"]")).toBytes();

    assertThatThrownBy(() -> VisionImport.run(settings, file, NONE_GIVEN, false))
        .hasMessageContaining("' high'")
        .hasMessageContaining("name it 'high'");
  }

  @Test
  void weightsOfOtherSettingsChangeNothing() {
    Settings wider = settings.with(Map.of("vision.hidden", "9"));

    assertThatThrownBy(() -> VisionImport.run(wider, weights(1).toBytes(), NONE_GIVEN, false))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("hidden 8, but vision.hidden is 9");
    assertThat(ModelReader.manifests(settings)).isEmpty();
  }

  /** Of a network that knows two classes. */
  private SafeTensors weights(long seed) {
    VisionConfig vision = VisionConfig.from(settings);
    try (VisionModel model = VisionEngine.named("dl4j").create(vision.network(), seed)) {
      var black = new ImageBatch(BarImages.SHAPE, 2, new float[2 * BarImages.SHAPE.size()]);
      model.learn(black, List.of(Optional.of("low"), Optional.of("high")));
      return model.weights();
    }
  }

  /**
   * Imports, and returns when the version can be read: after the producer knows that it committed.
   */
  private long imported(byte[] weights, List<String> classes, boolean reset) {
    long version = VisionImport.run(settings, weights, classes, reset);
    TestKafka.await(
        "version " + version,
        () -> ModelReader.load(settings, VisionConfig.NAME, OptionalLong.of(version)).isPresent());
    return version;
  }

  private ModelVersion newest() {
    return ModelReader.load(settings, VisionConfig.NAME, OptionalLong.empty()).orElseThrow();
  }
}
