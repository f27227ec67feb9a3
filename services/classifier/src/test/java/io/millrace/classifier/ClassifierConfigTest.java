package io.millrace.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.classifier.ClassifierOptimizer;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClassifierConfigTest {

  @Test
  void hasTheDefaultsOfTheLearner() {
    assertThat(config(Map.of()).model()).isEqualTo(OnlineClassifierConfig.defaults());
  }

  @Test
  void takesTheRatesThatSuitTheOptimizerUnlessOthersAreSet() {
    OnlineClassifierConfig adam = config(Map.of("classifier.optimizer", "adam")).model();
    OnlineClassifierConfig slow =
        config(Map.of("classifier.optimizer", "adam", "classifier.learning.rate", "0.5")).model();

    assertThat(adam.optimizer()).isEqualTo(ClassifierOptimizer.ADAM);
    assertThat(adam.rate()).isEqualTo(ClassifierOptimizer.ADAM.rate());
    assertThat(adam.denseRate()).isEqualTo(ClassifierOptimizer.ADAM.denseRate());
    assertThat(slow.rate()).isEqualTo(0.5);
  }

  @Test
  void everySettingThatMakesAnotherModelIsInTheFingerprint() {
    Map<String, String> fingerprint = config(Map.of()).fingerprint();
    Set<String> loop = TrainerLoopConfig.definition("classifier", 1, 1).names();

    assertThat(ModelFingerprint.names(ClassifierConfigDef.all()))
        .filteredOn(name -> !loop.contains(name))
        .map(name -> name.substring("classifier.".length()))
        .containsExactlyInAnyOrderElementsOf(fingerprint.keySet());
  }

  /** Its checkpoints say nothing of drifts, and it reads those of this build. */
  @Test
  void goesOnWithTheModelsOfBuildsThatKnewNoDrift() {
    Map<String, String> now = config(Map.of()).fingerprint();
    Map<String, String> then = new TreeMap<>(now);
    then.keySet().removeIf(name -> name.startsWith("drift."));

    assertThat(FingerprintHistory.OF_THIS_BUILD.written("classifier", now)).isEqualTo(then);
    assertThat(FingerprintHistory.OF_THIS_BUILD.difference("classifier", then, now)).isEmpty();
  }

  @Test
  void whatOnlyReportsMakesNoOtherModel() {
    Map<String, String> detection =
        Map.of(
            "classifier.drift.detector", "adwin",
            "classifier.drift.delta", "0.1",
            "classifier.drift.decay", "0.3",
            "classifier.drift.documents", "9");
    Map<String, String> raising = new TreeMap<>(detection);
    raising.put("classifier.drift.action", "raise-learning-rate");

    assertThat(config(detection).fingerprint()).isEqualTo(config(Map.of()).fingerprint());
    assertThat(config(raising).fingerprint())
        .containsAllEntriesOf(
            Map.of(
                "drift.detector", "adwin",
                "drift.delta", "0.1",
                "drift.decay", "0.3",
                "drift.documents", "9"));
  }

  @Test
  void namesABadSetting() {
    assertThatThrownBy(() -> config(Map.of("classifier.optimizer", "telepathy")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("classifier.optimizer");
    assertThatThrownBy(() -> config(Map.of("classifier.hidden", "0")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("classifier.hidden");
  }

  private static ClassifierConfig config(Map<String, String> settings) {
    return ClassifierConfig.from(Settings.of(settings));
  }
}
