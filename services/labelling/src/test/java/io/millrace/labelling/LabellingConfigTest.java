package io.millrace.labelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LabellingConfigTest {

  @Test
  void keepsSubjectsAWeekAndNeverWritesThemWithoutALabelUnlessToldOtherwise() {
    var config = LabellingConfig.from(Settings.of(Map.of()));

    assertThat(config.retention()).isEqualTo(Duration.ofDays(7));
    assertThat(config.unlabelledAfter()).isEmpty();
  }

  @Test
  void refusesAWaitThatTheRetentionWouldEnd() {
    var settings =
        Settings.of(Map.of("labelling.retention.ms", "1000", "labelling.wait.ms", "1000"));

    assertThatThrownBy(() -> LabellingConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("labelling.wait.ms must be");
  }

  @Test
  void refusesBadNumbersByName() {
    assertThatThrownBy(
            () -> LabellingConfig.from(Settings.of(Map.of("labelling.retention.ms", "0"))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("labelling.retention.ms");
  }
}
