package io.millrace.text.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.TextTokenizer;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextConfigTest {

  @Test
  void weighsAsScikitLearnWhatLucenesStandardAnalyzerFindsUnlessToldOtherwise() {
    var config = TextConfig.from(Settings.of(Map.of()));

    assertThat(config.analysis()).isSameAs(Analysis.STANDARD);
    assertThat(config.weighting()).isEqualTo(Weighting.SCIKIT_LEARN);
    int capacity = config.limits().vocabularyCapacity();
    assertThat(config.limits())
        .isEqualTo(new TextLimits(1 << 20, capacity, Duration.ZERO, Duration.ofDays(1)));
    // Less than the default where the heap of this test does not hold it.
    assertThat(capacity).isBetween(100_000, 4_000_000);
  }

  @ParameterizedTest
  @CsvSource({
    "text.analysis, klingon",
    "text.weighting, heavy",
    "documents.max.bytes, 0",
    "documents.max.bytes, 8388609",
    "text.publish.interval.ms, 0",
    "text.deletions.kept.ms, 0",
    "text.vocabulary.capacity, 999",
    "text.retention.ms, -1",
    "text.store, cloud",
    "text.stop.words, klingon",
    "text.stop.words, file:there/is/none",
    "text.ngram.min, 0",
    "text.ngram.min, 11",
    "text.ngram.max, 11",
    "text.weighting.tf, preset1",
    "text.weighting.idf, bumpy",
    "text.weighting.norm, l3",
    "text.min.df, 0",
    "text.min.df, 1.5",
    "text.min.df, -1",
    "text.max.df, half",
    "text.analysis.tokenizer, standard",
  })
  void refusesBadSettingsByName(String setting, String value) {
    assertThatThrownBy(() -> TextConfig.from(Settings.of(Map.of(setting, value))))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(setting);
  }

  @Test
  void readsEveryOptionOfTheWeighing() {
    var config =
        TextConfig.from(
            Settings.of(
                Map.of(
                    "text.weighting", "counts",
                    "text.weighting.tf", "sublinear",
                    "text.weighting.idf", "plain",
                    "text.weighting.norm", "l1",
                    "text.min.df", "2",
                    "text.max.df", "0.5")));

    assertThat(config.weighting().label())
        .isEqualTo("counts tf=sublinear idf=plain norm=l1 min.df=2 max.df=0.5");
  }

  @Test
  void readsEveryOptionOfTheAnalysis(@TempDir Path folder) throws IOException {
    Path stop = Files.writeString(folder.resolve("stop.txt"), "# these\nfoxes\n");

    var config =
        TextConfig.from(
            Settings.of(
                Map.of(
                    "text.analysis", "custom",
                    "text.analysis.char.filters", "htmlStrip, patternReplace(pattern='[(,]')",
                    "text.analysis.tokenizer", "whitespace",
                    "text.analysis.token.filters",
                        "lowercase, stop(words=\"" + stop + "\"), snowballPorter(language=German)",
                    "text.stop.words", "words:der das",
                    "text.ngram.max", "2")));

    var tokenizer = new TextTokenizer(config.analysis());
    assertThat(tokenizer.tokens("<b>Der</b> (H,äuser Foxes Garten"))
        .containsExactly("haus", "gart", "haus gart");
    assertThat(config.analysis().description())
        .containsEntry("analysis", "custom")
        .containsEntry("stop.words", "words:das der")
        .hasEntrySatisfying(
            "analysis.token.filters",
            filters -> assertThat(filters).matches("lowercase, stop\\(.*\\)#[0-9a-f]+, snow.*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "char.filters; htmlStripe; char filter must be one of cjkWidth, htmlStrip,",
        "char.filters; htmlStrip, ; expected a comma and another name",
        "tokenizer; ''; one tokenizer",
        "tokenizer; standard, keyword; one tokenizer",
        "tokenizer; klingon; tokenizer must be one of classic, edgeNGram,",
        "tokenizer; standard(maxTokenLength=x); For input string",
        "token.filters; lowercase(; expected name=value",
        "token.filters; stop(words=nope.txt); nope.txt",
        "token.filters; stop(word=nope.txt); Unknown parameters",
        "token.filters; stop(words='nope.txt'; closing bracket",
        "token.filters; snowballPorter(language=Klingon); Klingon",
        "token.filters; lowercase stop; expected a comma",
      })
  void refusesABadChainByTheSettingAndSaysWhy(String part, String value, String reason) {
    Map<String, String> settings = new HashMap<>();
    settings.put("text.analysis", "custom");
    settings.put("text.analysis.tokenizer", "standard");
    settings.put("text.analysis." + part, value);

    assertThatThrownBy(() -> TextConfig.from(Settings.of(settings)))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("text.analysis." + part)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesBoundsThatLeaveNothing() {
    var settings = Settings.of(Map.of("text.min.df", "3", "text.max.df", "2"));

    assertThatThrownBy(() -> TextConfig.from(settings)).hasMessageContaining("text.max.df");
  }

  @Test
  void refusesMoreWordsAtLeastThanAtMost() {
    var settings = Settings.of(Map.of("text.ngram.min", "2"));

    assertThatThrownBy(() -> TextConfig.from(settings)).hasMessageContaining("text.ngram.max");
  }
}
