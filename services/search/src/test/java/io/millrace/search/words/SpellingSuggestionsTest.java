package io.millrace.search.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpellingSuggestionsTest {

  private static final Map<String, Long> COUNTS =
      Map.of("linux", 900L, "lunix", 3L, "links", 50L, "line", 70L, "minx", 1L, "mail", 40L);

  @Test
  void theNearestComeFirstThenTheMostFrequent() {
    assertThat(SpellingSuggestions.of("lnux", COUNTS, 9)).containsExactly("linux");
    assertThat(SpellingSuggestions.of("linix", COUNTS, 3))
        .containsExactly("linux", "lunix", "line");
    assertThat(SpellingSuggestions.of("liunx", COUNTS, 1)).containsExactly("linux");
  }

  @Test
  void ofAShortWordOnlyOneLetterMayDiffer() {
    assertThat(SpellingSuggestions.of("mai", COUNTS, 9)).containsExactly("mail");
    assertThat(SpellingSuggestions.of("ma", COUNTS, 9)).isEmpty();
  }

  @Test
  void charactersBeyondTheBasicPlaneCountOnce() {
    assertThat(SpellingSuggestions.of("a\uD83D\uDE00cd", Map.of("abcd", 1L, "acd", 1L), 9))
        .containsExactly("abcd", "acd");
  }
}
