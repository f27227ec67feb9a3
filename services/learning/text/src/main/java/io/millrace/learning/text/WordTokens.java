package io.millrace.learning.text;

import java.util.Arrays;

/**
 * scikit-learn's default: the text in lower case, then every match of {@code (?u)\b\w\w+\b}, which
 * is every run of two or more word characters. A word character is Python's: a letter, a decimal,
 * digit or numeric character, or the underscore; not a combining mark. Characters are code points.
 *
 * <p>One pass: only the run in hand is kept. ASCII goes by a table.
 */
final class WordTokens implements Tokens {

  private static final int SHORTEST = 2;
  private static final int ASCII = 128;

  /** The lower case of each word character; 0 for the others. */
  private static final char[] LOWER = lowerCaseOfAscii();

  private char[] run = new char[256];

  private static char[] lowerCaseOfAscii() {
    char[] lower = new char[ASCII];
    for (char c = 0; c < ASCII; c++) {
      lower[c] = PythonText.isWord(c) ? Character.toLowerCase(c) : 0;
    }
    return lower;
  }

  @Override
  public void forEach(String text, TokenSink sink) {
    int units = 0;
    int codePoints = 0;
    for (int at = 0; at < text.length(); ) {
      char c = text.charAt(at);
      int codePoint = c < ASCII ? LOWER[c] : PythonText.lower(text, at);
      if (c < ASCII ? codePoint != 0 : PythonText.isWord(codePoint)) {
        units = append(codePoint, units);
        codePoints++;
      } else {
        emit(units, codePoints, sink);
        units = 0;
        codePoints = 0;
      }
      if (c == PythonText.DOTTED_CAPITAL_I) {
        // Its lower case is an i and a combining dot, which is no word character.
        emit(units, codePoints, sink);
        units = 0;
        codePoints = 0;
      }
      at += Character.isHighSurrogate(c) ? Character.charCount(text.codePointAt(at)) : 1;
    }
    emit(units, codePoints, sink);
  }

  private int append(int codePoint, int units) {
    if (units + 2 > run.length) {
      run = Arrays.copyOf(run, 2 * run.length);
    }
    if (Character.isBmpCodePoint(codePoint)) {
      run[units] = (char) codePoint;
      return units + 1;
    }
    return units + Character.toChars(codePoint, run, units);
  }

  private void emit(int units, int codePoints, TokenSink sink) {
    if (codePoints >= SHORTEST) {
      sink.accept(run, 0, units);
    }
  }
}
