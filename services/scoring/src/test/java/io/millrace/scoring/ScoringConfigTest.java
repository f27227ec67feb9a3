package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ScoringConfigTest {

  @Test
  void everythingHasADefault() {
    ScoringConfig config = ScoringConfig.from(Settings.of(Map.of()));

    assertThat(config.images()).isTrue();
    assertThat(config.documents()).isTrue();
    assertThat(config.reconstructions()).isTrue();
    assertThat(config.topClasses()).isGreaterThanOrEqualTo(10);
    assertThat(config.engine().name()).isEqualTo("dl4j");
    assertThat(config.limit()).isEqualTo(new PixelLimit(1 << 24, "images.max.pixels"));
  }

  @Test
  void somethingMustBeAnswered() {
    var settings = Settings.of(Map.of("scoring.images", "false", "scoring.documents", "false"));

    assertThatThrownBy(() -> ScoringConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.images", "scoring.documents");
  }

  @Test
  void withoutPredictionsReconstructionsMustBeSent() {
    var settings =
        Settings.of(Map.of("scoring.predictions", "false", "scoring.reconstructions", "false"));

    assertThatThrownBy(() -> ScoringConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.predictions");
  }

  @Test
  void aGuaranteeThatThereIsNotIsNamed() {
    var settings = Settings.of(Map.of("scoring.processing.guarantee", "at_most_once"));

    assertThatThrownBy(() -> ScoringConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.processing.guarantee")
        .hasMessageContaining("at_least_once");
  }

  @Test
  void aDriftRollsBackOnlyWhatAPointerChoosesAndDriftsAreLookedForIn() {
    var newest = Settings.of(Map.of("scoring.vision.drift.action", "roll-back"));
    var blind =
        Settings.of(
            Map.of(
                "scoring.classifier.drift.action", "roll-back",
                "scoring.classifier.serving", "gated",
                "scoring.drift.window", "0"));
    var good =
        Settings.of(
            Map.of(
                "scoring.classifier.drift.action", "roll-back",
                "scoring.classifier.serving", "manual"));

    assertThatThrownBy(() -> ScoringConfig.from(newest))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.vision.drift.action=roll-back")
        .hasMessageContaining("scoring.vision.serving");
    assertThatThrownBy(() -> ScoringConfig.from(blind))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.drift.window");
    assertThat(ScoringConfig.from(good).drift().rollsBack("classifier")).isTrue();
    assertThat(ScoringConfig.from(good).drift().rollsBack("vision")).isFalse();
  }

  @Test
  void aBadValueIsNamed() {
    var settings = Settings.of(Map.of("scoring.top.classes", "0"));

    assertThatThrownBy(() -> ScoringConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("scoring.top.classes");
  }

  @Test
  void anEngineThatIsNotThereIsNamed() {
    var settings = Settings.of(Map.of("vision.engine", "abacus"));

    assertThatThrownBy(() -> ScoringService.TYPE.create().apply(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.engine")
        .hasMessageContaining("abacus");
  }

  @Test
  void aHeaderThatMillraceSetsItselfIsNotCarried() {
    assertThat(ScoringConfig.from(Settings.of(Map.of())).carriedHeaders()).isEmpty();
    for (String name : new String[] {"ce_id", "Content-Type", "millrace-x", "traceparent"}) {
      assertThatThrownBy(
              () -> ScoringConfig.from(Settings.of(Map.of("carried.headers", "site," + name))))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("carried.headers");
    }
  }
}
