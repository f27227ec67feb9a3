package io.millrace.learning.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TextTokenizerTest {

  @Test
  void standardKeepsEveryWordInLowerCase() {
    var tokenizer = new TextTokenizer(Analysis.STANDARD);

    assertThat(tokenizer.tokens("A red fox, and the RED fox's den."))
        .containsExactly("a", "red", "fox", "and", "the", "red", "fox's", "den");
  }

  @Test
  void englishStemsAndLeavesStopWordsOut() {
    var tokenizer = new TextTokenizer(Analysis.ENGLISH);

    assertThat(tokenizer.tokens("The foxes' running and a fox's runs"))
        .containsExactly("fox", "run", "fox", "run");
  }

  @Test
  void scikitLearnTakesRunsOfTwoOrMoreWordCharacters() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("I don't_know: Ünïcode x2 ½¾ 中文 𝒜𝒷 e\u0301te\u0301 a b"))
        .containsExactly("don", "t_know", "ünïcode", "x2", "½¾", "中文", "𝒜𝒷", "te");
  }

  @Test
  void scikitLearnCountsCodePointsNotCodeUnits() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("𝒜 𝒜𝒜")).containsExactly("𝒜𝒜");
  }

  @Test
  void scikitLearnTakesAWordOfAnyLength() {
    var tokenizer = new TextTokenizer(Analysis.SCIKIT_LEARN);

    assertThat(tokenizer.tokens("x".repeat(100_000))).containsExactly("x".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("io.millrace.learning.text.Analysis#names")
  void everyAnalysisReadsAnyTextAgainAndAgain(String name) {
    var tokenizer = new TextTokenizer(Analysis.named(name));

    for (int i = 0; i < 2; i++) {
      assertThat(tokenizer.tokens("")).isEmpty();
      assertThat(tokenizer.tokens("\u0000\ud800 \udc00 \ufffd")).hasSizeLessThan(10);
      assertThat(tokenizer.tokens("Москва ma\u00f1ana 東京")).isNotEmpty();
    }
  }

  @Test
  void anUnknownAnalysisIsRefusedByName() {
    assertThatThrownBy(() -> Analysis.named("klingon"))
        .hasMessageStartingWith("analysis must be one of arabic, armenian, ")
        .hasMessageEndingWith("turkish, was klingon");
  }
}
