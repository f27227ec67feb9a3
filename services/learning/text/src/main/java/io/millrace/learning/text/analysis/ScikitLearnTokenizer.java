package io.millrace.learning.text.analysis;

/**
 * scikit-learn's default tokenizer: the text in lower case, then every match of {@code
 * (?u)\b\w\w+\b}, that is, every run of two or more word characters. A word character is Python's:
 * a letter, a decimal, digit or numeric character, or the underscore; not a combining mark. The
 * characters are code points.
 *
 * <p>One pass over a copy of the text, which is put into lower case on the way. No lower case has
 * another number of code units, except that of the capital I with a dot, which ends a run. ASCII
 * characters are looked up in a table.
 */
final class ScikitLearnTokenizer implements Tokenizer {

  private static final int SHORTEST = 2;
  private static final int ASCII = 128;

  /** Longer texts get a buffer of their own. */
  private static final int BUFFER_CHARS = 1 << 16;

  /** The lower case of each word character; 0 for the others. */
  private static final char[] LOWER = lowerCaseOfAscii();

  private final char[] buffer = new char[BUFFER_CHARS];

  private static char[] lowerCaseOfAscii() {
    char[] lower = new char[ASCII];
    for (char c = 0; c < ASCII; c++) {
      lower[c] = PythonUnicode.isWord(c) ? Character.toLowerCase(c) : 0;
    }
    return lower;
  }

  @Override
  public void forEach(String text, TokenConsumer sink) {
    int length = text.length();
    char[] chars = length > BUFFER_CHARS ? new char[length] : buffer;
    text.getChars(0, length, chars, 0);
    int start = 0;
    int codePoints = 0;
    for (int at = 0; at < length; ) {
      char c = chars[at];
      int codePoint = c < ASCII ? LOWER[c] : PythonUnicode.lower(text, at);
      boolean isWord = c < ASCII ? codePoint != 0 : PythonUnicode.isWord(codePoint);
      int next = at + Character.charCount(codePoint);
      if (isWord) {
        codePoints++;
        put(codePoint, chars, at);
      }
      if (!isWord || c == PythonUnicode.DOTTED_CAPITAL_I) {
        emit(chars, start, isWord ? next : at, codePoints, sink);
        start = next;
        codePoints = 0;
      }
      at = next;
    }
    emit(chars, start, length, codePoints, sink);
  }

  private static void put(int codePoint, char[] chars, int at) {
    if (Character.isBmpCodePoint(codePoint)) {
      chars[at] = (char) codePoint;
    } else {
      chars[at] = Character.highSurrogate(codePoint);
      chars[at + 1] = Character.lowSurrogate(codePoint);
    }
  }

  private static void emit(char[] chars, int from, int to, int codePoints, TokenConsumer sink) {
    if (codePoints >= SHORTEST) {
      sink.accept(chars, from, to - from);
    }
  }
}
