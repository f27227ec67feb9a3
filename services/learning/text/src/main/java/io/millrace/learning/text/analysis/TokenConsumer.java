package io.millrace.learning.text.analysis;

/**
 * Consumes tokens one by one, as parts of an array. The array is overwritten afterwards: keep a
 * copy, not the array.
 */
@FunctionalInterface
public interface TokenConsumer {

  /**
   * Consumes a token.
   *
   * @param chars has the token, in UTF-16 without unpaired surrogates
   * @param from where it starts
   * @param length how many code units it has: at least 1 and at most those of the text
   */
  void accept(char[] chars, int from, int length);
}
