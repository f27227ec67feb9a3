package io.millrace.cli.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InformativeWordsTest {

  private final InformativeWords informative = new InformativeWords();

  @ParameterizedTest
  @ValueSource(strings = {"the", "i", "been", "7.3", "www.linux.ie", "i've", "re", "2002", ""})
  void leavesOutWhatTellsNothing(String word) {
    assertThat(informative.contains(word)).isFalse();
  }

  @Test
  void keepsWordsOfAnyLetters() {
    assertThat(informative.contains("kernel")).isTrue();
    assertThat(informative.contains("häuser")).isTrue();
  }
}
