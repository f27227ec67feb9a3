package io.millrace.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.learning.vision.model.Optimizer;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VisionConfigTest {

  @Test
  void hasTheDefaultsOfTheNetwork() {
    assertThat(settings(Map.of()).network()).isEqualTo(NetworkConfig.defaults());
  }

  @Test
  void everyPresetHasItsOwnLearningRateUnlessOneIsGiven() {
    assertThat(optimizer(Map.of())).isEqualTo(new Optimizer.Adam(1e-3));
    assertThat(optimizer(Map.of("vision.optimizer", "sgd"))).isEqualTo(new Optimizer.Sgd(0.01));
    assertThat(optimizer(Map.of("vision.optimizer", "momentum")))
        .isEqualTo(new Optimizer.Momentum(0.01, 0.9));
    assertThat(optimizer(Map.of("vision.optimizer", "sgd", "vision.learning.rate", "0.5")))
        .isEqualTo(new Optimizer.Sgd(0.5));
  }

  @Test
  void readsTheShapeOfTheImages() {
    var given = Map.of("vision.width", "30", "vision.height", "20", "vision.channels", "3");

    assertThat(settings(given).network().shape()).isEqualTo(new ImageShape(3, 20, 30));
  }

  @Test
  void everySettingThatMakesAnotherModelIsInTheFingerprintAndTheEngineToo() {
    Map<String, String> fingerprint = new HashMap<>(settings(Map.of()).fingerprint());
    Set<String> loop = TrainerLoopConfig.definition("vision", 1, 1).names();

    assertThat(fingerprint.remove("engine")).isEqualTo("dl4j");
    assertThat(ModelFingerprint.names(VisionConfigDef.all()))
        .filteredOn(name -> !loop.contains(name))
        .map(name -> name.substring("vision.".length()))
        .containsExactlyInAnyOrderElementsOf(fingerprint.keySet());
  }

  /** Its checkpoints say nothing of detector and action, and it reads those of this build. */
  @Test
  void goesOnWithTheModelsOfBuildsThatKnewOneDetectorAndOneAction() {
    Map<String, String> now = settings(Map.of()).fingerprint();
    Map<String, String> then = new HashMap<>(now);
    then.keySet().removeAll(Set.of("drift.detector", "drift.delta", "drift.action"));

    assertThat(FingerprintHistory.OF_THIS_BUILD.written("vision", now)).isEqualTo(then);
    assertThat(FingerprintHistory.OF_THIS_BUILD.difference("vision", then, now)).isEmpty();
    assertThat(
            FingerprintHistory.OF_THIS_BUILD.difference(
                "vision", then, settings(Map.of("vision.drift.action", "report")).fingerprint()))
        .hasValueSatisfying(it -> assertThat(it).contains("vision.drift.action"));
  }

  @Test
  void whatOnlyReportsMakesNoOtherModel() {
    Map<String, String> reporting = settings(Map.of("vision.drift.action", "report")).fingerprint();

    assertThat(
            settings(
                    Map.of(
                        "vision.drift.action", "report",
                        "vision.drift.detector", "adwin",
                        "vision.drift.delta", "0.1",
                        "vision.drift.threshold", "7"))
                .fingerprint())
        .isEqualTo(reporting);
    assertThat(settings(Map.of("vision.drift.detector", "adwin")).fingerprint())
        .containsEntry("drift.detector", "adwin");
  }

  /** As in scoring, so that no image is answered but never learned from. */
  @Test
  void imagesAreAsLargeAsScoringTakesThem() {
    assertThat(settings(Map.of()).limit()).isEqualTo(new PixelLimit(1 << 24, "images.max.pixels"));
    assertThat(settings(Map.of("images.max.pixels", "9")).limit().pixels()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource({
    "vision.channels, 2",
    "vision.width, 5",
    "vision.optimizer, telepathy",
    "vision.drift.detector, telepathy",
    "vision.drift.action, panic",
    "vision.hidden, 0",
    "vision.learning.rate, -1",
    "images.max.pixels, many"
  })
  void namesABadSetting(String name, String value) {
    assertThatThrownBy(() -> settings(Map.of(name, value)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name);
  }

  @Test
  void refusesToLearnNothing() {
    assertThatThrownBy(
            () -> settings(Map.of("vision.head.weight", "0", "vision.decoder.weight", "0")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("weights");
  }

  private static VisionConfig settings(Map<String, String> given) {
    return VisionConfig.from(Settings.of(given));
  }

  private static Optimizer optimizer(Map<String, String> given) {
    return settings(given).network().optimizer();
  }
}
