package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InvisibleCharactersTest {

  @ParameterizedTest
  @CsvSource({
    "c\u200bat, U+200B (ZERO WIDTH SPACE)",
    "cat\u202e, U+202E (RIGHT-TO-LEFT OVERRIDE)",
    "\u2060cat, U+2060 (WORD JOINER)",
    "c\u00adat, U+00AD (SOFT HYPHEN)",
    "c\ufeffat, U+FEFF (ZERO WIDTH NO-BREAK SPACE)",
    "c\u2028at, U+2028 (LINE SEPARATOR)",
    "c\u2029at, U+2029 (PARAGRAPH SEPARATOR)",
    "c\u3164at, U+3164 (HANGUL FILLER)",
    "cat\u200d, U+200D (ZERO WIDTH JOINER)",
    "\u200ccat, U+200C (ZERO WIDTH NON-JOINER)",
    "c\u200d\u200dat, U+200D (ZERO WIDTH JOINER)",
    "c\udb40\udc61t, U+E0061 (TAG LATIN SMALL LETTER A)"
  })
  void namesTheFirst(String text, String name) {
    assertThat(InvisibleCharacters.first(text)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cat",
        "",
        "👩\u200d🔬",
        "🏳\ufe0f\u200d🌈",
        "🏴\udb40\udc67\udb40\udc62\udb40\udc65\udb40\udc6e\udb40\udc67\udb40\udc7f",
        "می\u200cخواهم",
        "ക്ഷ\u0d4d\u200d",
        "\u0600 1"
      })
  void leavesWhatWritingNeeds(String text) {
    assertThat(InvisibleCharacters.first(text)).isEmpty();
  }
}
