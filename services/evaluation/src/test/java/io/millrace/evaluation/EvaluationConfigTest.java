package io.millrace.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EvaluationConfigTest {

  @Test
  void judgesInWindowsOfTenSecondsAndKeepsAWeekUnlessToldOtherwise() {
    var config = EvaluationConfig.from(Settings.of(Map.of()));

    assertThat(config.window()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.retention()).isEqualTo(Duration.ofDays(7));
    assertThat(config.publishInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.partitions()).isEqualTo(1);
    assertThat(config.figures()).isEqualTo(EvaluationConfig.FiguresConfig.DEFAULT);
  }

  @Test
  void refusesBadNumbersByName() {
    assertThatThrownBy(
            () -> EvaluationConfig.from(Settings.of(Map.of("evaluation.window.ms", "0"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("evaluation.window.ms");
  }
}
