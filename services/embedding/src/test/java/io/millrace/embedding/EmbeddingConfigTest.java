package io.millrace.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EmbeddingConfigTest {

  private static final Map<String, String> CHAIN =
      Map.of(
          "embedding.analysis", "custom",
          "embedding.analysis.char.filters", "htmlStrip",
          "embedding.analysis.tokenizer", "letter",
          "embedding.analysis.token.filters", "lowercase, reverseString");

  @Test
  void hasTheDefaultsOfTheLearner() {
    assertThat(EmbeddingConfig.from(Settings.of(Map.of())).model())
        .isEqualTo(SkipGramConfig.defaults());
  }

  @Test
  void everySettingThatMakesAnotherModelIsInTheFingerprint() {
    Map<String, String> fingerprint = EmbeddingConfig.from(Settings.of(CHAIN)).fingerprint();
    Set<String> loop = TrainerLoopConfig.definition("embedding", 1, 1).names();

    assertThat(ModelFingerprint.names(EmbeddingConfig.definition()))
        .filteredOn(name -> !loop.contains(name))
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

  @Test
  void takesWordsByAChainOfLucenesFactories() {
    var words = new InterningTokenizer(EmbeddingConfig.from(Settings.of(CHAIN)).analysis());

    assertThat(words.words("<b>Red</b> fox-es")).containsExactly("der", "xof", "se");
  }

  @Test
  void aModelOfANamedAnalysisHasNoChainInItsFingerprint() {
    assertThat(EmbeddingConfig.from(Settings.of(Map.of())).fingerprint())
        .containsEntry("analysis", "standard")
        .doesNotContainKey("analysis.tokenizer");
  }

  @Test
  void namesTheBadPartOfAChain() {
    Map<String, String> chain = new HashMap<>(CHAIN);
    chain.put("embedding.analysis.tokenizer", "telepathy");

    assertThatThrownBy(() -> EmbeddingConfig.from(Settings.of(chain)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("embedding.analysis.tokenizer")
        .hasMessageContaining("telepathy");
  }

  @Test
  void refusesAChainBesideANamedAnalysis() {
    var settings = Settings.of(Map.of("embedding.analysis.tokenizer", "letter"));

    assertThatThrownBy(() -> EmbeddingConfig.from(settings))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("embedding.analysis.tokenizer");
  }
}
