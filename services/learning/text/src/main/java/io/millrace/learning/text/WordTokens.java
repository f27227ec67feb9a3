package io.millrace.learning.text;

import java.util.function.Consumer;

/**
 * scikit-learn's default: the text in lower case, then every match of {@code (?u)\b\w\w+\b}, which
 * is every run of two or more word characters. A word character is Python's: a letter, a decimal,
 * digit or numeric character, or the underscore; not a combining mark. Characters are code points.
 *
 * <p>The one difference: a run over {@value #MAX_CODE_POINTS} code points, which no language has,
 * is cut at that length (as Lucene does), so that a term's size is bounded.
 */
final class WordTokens implements Tokens {

  static final int MAX_CODE_POINTS = 4096;

  private static final int SHORTEST = 2;

  @Override
  public void forEach(String text, Consumer<String> token) {
    String lower = PythonText.lower(text);
    int start = 0;
    int length = 0;
    for (int at = 0; at < lower.length(); ) {
      int codePoint = lower.codePointAt(at);
      boolean word = PythonText.isWord(codePoint);
      if (!word || length == MAX_CODE_POINTS) {
        emit(lower, start, at, length, token);
        length = 0;
      }
      if (word && length++ == 0) {
        start = at;
      }
      at += Character.charCount(codePoint);
    }
    emit(lower, start, lower.length(), length, token);
  }

  private static void emit(String text, int from, int to, int length, Consumer<String> token) {
    if (length >= SHORTEST) {
      token.accept(text.substring(from, to));
    }
  }
}
