package io.millrace.learning.text;

/**
 * Python's view of text, where it differs from Java's. Both follow Unicode; the table of characters
 * is that of the Java runtime.
 */
final class PythonText {

  private static final int CAPITAL_SIGMA = 'Σ';
  private static final int DOTTED_CAPITAL_I = 'İ';

  /** Characters that break no word (UAX #29: MidLetter, MidNumLet, Single_Quote). */
  private static final String WITHIN_WORDS =
      ":·\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a.\u2018\u2019\u2024\ufe52\uff07\uff0e'";

  private PythonText() {}

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
   * {@code str.lower()}: Unicode's full lower-case mapping. Java's differs at a capital sigma: it
   * asks a word iterator whether the sigma ends a word, where Unicode (section 3.13, Final_Sigma)
   * looks at the cased letters around.
   */
  static String lower(String text) {
    int same = unchanged(text);
    if (same == text.length()) {
      return text;
    }
    var lower = new StringBuilder(text.length() + 8).append(text, 0, same);
    for (int at = same; at < text.length(); ) {
      int codePoint = text.codePointAt(at);
      int next = at + Character.charCount(codePoint);
      switch (codePoint) {
        case CAPITAL_SIGMA -> lower.append(isFinal(text, at, next) ? 'ς' : 'σ');
        case DOTTED_CAPITAL_I -> lower.append("i\u0307");
        default -> lower.appendCodePoint(Character.toLowerCase(codePoint));
      }
      at = next;
    }
    return lower.toString();
  }

  /** How far the text is in lower case already. */
  private static int unchanged(String text) {
    int at = 0;
    while (at < text.length()) {
      int codePoint = text.codePointAt(at);
      if (Character.toLowerCase(codePoint) != codePoint) {
        break;
      }
      at += Character.charCount(codePoint);
    }
    return at;
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
