package io.millrace.learning.text.analysis;

/**
 * Python's view of text, where it differs from Java's. Both follow Unicode; the table of characters
 * is that of the Java runtime.
 */
final class PythonUnicode {

  private static final int CAPITAL_SIGMA = 'Σ';

  /** The only character whose lower case is more than one. */
  static final int DOTTED_CAPITAL_I = 'İ';

  /** Characters that break no word (UAX #29: MidLetter, MidNumLet, Single_Quote). */
  private static final String WITHIN_WORDS =
      ":·\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a.\u2018\u2019\u2024\ufe52\uff07\uff0e'";

  private PythonUnicode() {}

  /** Whether {@code \w} of Python's {@code re} matches: {@code str.isalnum()} or the underscore. */
  static boolean isWord(int codePoint) {
    return codePoint == '_'
        || switch (Character.getType(codePoint)) {
          case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.LETTER_NUMBER,
              Character.OTHER_NUMBER ->
              true;
          default -> false;
        };
  }

  /**
   * {@code str.lower()} of one character where it stands: Unicode's full lower-case mapping. Java's
   * differs at a capital sigma: it asks a word iterator whether the sigma ends a word, where
   * Unicode (section 3.13, Final_Sigma) looks at the cased letters around.
   *
   * @return a code point; of the capital I with a dot, whose lower case is two, the first: a
   *     combining dot, U+0307, follows
   */
  static int lower(String text, int at) {
    int codePoint = text.codePointAt(at);
    return switch (codePoint) {
      case CAPITAL_SIGMA -> isFinal(text, at, at + 1) ? 'ς' : 'σ';
      case DOTTED_CAPITAL_I -> 'i';
      default -> Character.toLowerCase(codePoint);
    };
  }

  private static boolean isFinal(String text, int from, int to) {
    int before = from;
    while (before > 0 && isCaseIgnorable(text.codePointBefore(before))) {
      before -= Character.charCount(text.codePointBefore(before));
    }
    if (before == 0 || !isCased(text.codePointBefore(before))) {
      return false;
    }
    int after = to;
    while (after < text.length() && isCaseIgnorable(text.codePointAt(after))) {
      after += Character.charCount(text.codePointAt(after));
    }
    return after == text.length() || !isCased(text.codePointAt(after));
  }

  private static boolean isCased(int codePoint) {
    return Character.isLowerCase(codePoint)
        || Character.isUpperCase(codePoint)
        || Character.isTitleCase(codePoint);
  }

  private static boolean isCaseIgnorable(int codePoint) {
    return WITHIN_WORDS.indexOf(codePoint) >= 0
        || switch (Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.FORMAT,
              Character.MODIFIER_LETTER,
              Character.MODIFIER_SYMBOL ->
              true;
          default -> false;
        };
  }
}
