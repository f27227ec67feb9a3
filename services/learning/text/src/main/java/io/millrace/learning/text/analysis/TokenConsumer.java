package io.millrace.learning.text.analysis;

/**
 * Takes tokens one by one, none of them a string. What a token is made of belongs to the giver, who
 * writes over it afterwards: keep a copy, not the array.
 */
@FunctionalInterface
public interface TokenConsumer {

  /**
   * Takes a token.
   *
   * @param chars where it lies, in UTF-16; no half of a surrogate pair stands alone in it
   * @param from where it begins
   * @param length how many code units it has: at least 1; there is no upper bound but the text's
   *     own length
   */
  void accept(char[] chars, int from, int length);
}
