package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
import io.millrace.runtime.TrainerLoopConfig;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EmbeddingConfigTest {

  @Test
  void hasTheDefaultsOfTheLearner() {
    assertThat(EmbeddingConfig.from(Settings.of(Map.of())).model())
        .isEqualTo(SkipGramConfig.defaults());
  }

  @Test
  void everyOfItsOwnSettingsButThoseOfTheSameModelIsInTheFingerprint() {
    Map<String, String> fingerprint = EmbeddingConfig.from(Settings.of(Map.of())).fingerprint();
    Set<String> loop = TrainerLoopConfig.definition("embedding", 1, 1).names();

    assertThat(EmbeddingConfig.definition().names())
        .filteredOn(name -> !loop.contains(name))
        .filteredOn(name -> !EmbeddingConfig.SAME_MODEL.contains(name))
        .map(name -> name.substring("embedding.".length()))
        .containsExactlyInAnyOrderElementsOf(fingerprint.keySet());
  }

  @Test
  void namesABadSetting() {
    var settings = Settings.of(Map.of("embedding.analysis", "telepathy"));

    assertThatThrownBy(() -> EmbeddingConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("embedding.analysis");
  }
}
