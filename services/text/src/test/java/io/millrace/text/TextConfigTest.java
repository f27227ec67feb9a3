package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.Weighing;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextConfigTest {

  @Test
  void weighsAsScikitLearnWhatLucenesStandardAnalyzerFindsUnlessToldOtherwise() {
    var config = TextConfig.from(Settings.of(Map.of()));

    assertThat(config.analysis()).isSameAs(Analysis.STANDARD);
    assertThat(config.weighing()).isEqualTo(Weighing.SCIKIT_LEARN);
    assertThat(config.maxDocumentBytes()).isEqualTo(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "text.analysis, klingon",
    "text.weighing, heavy",
    "text.max.document.bytes, 0",
    "text.max.document.bytes, 8388609",
    "text.publish.interval.ms, 0",
    "text.deletions.kept.ms, 0",
  })
  void refusesBadSettingsByName(String setting, String value) {
    assertThatThrownBy(() -> TextConfig.from(Settings.of(Map.of(setting, value))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(setting);
  }
}
