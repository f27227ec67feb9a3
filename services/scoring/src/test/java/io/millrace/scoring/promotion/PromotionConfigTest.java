package io.millrace.scoring.promotion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromotionConfigTest {

  @Test
  void everythingHasADefault() {
    PromotionConfig config = PromotionConfig.from(Settings.of(Map.of()));

    assertThat(config)
        .isEqualTo(new PromotionConfig(0.002, 1_000, 0.01, 2_000, 100_000, 0.05, 200));
  }

  @ParameterizedTest
  @CsvSource({
    "scoring.promotion.margin, -0.1", "scoring.promotion.margin, 1.5",
    "scoring.promotion.labels, 0", "scoring.promotion.alpha, 0",
    "scoring.promotion.alpha, 1", "scoring.promotion.hold.labels, -1",
    "scoring.promotion.trial.labels, 999", "scoring.fallback.alpha, NaN",
    "scoring.fallback.labels, 0"
  })
  void aBadValueIsNamed(String name, String value) {
    var settings = Settings.of(Map.of(name, value));

    assertThatThrownBy(() -> PromotionConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(value);
  }
}
