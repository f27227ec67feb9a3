package io.millrace.tests.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Texts whose vocabulary never ends: terms are drawn by Zipf's law with the exponent 1.1 (Pareto's
 * tail of 0.1), of which Heaps' law follows with 1 / 1.1 = 0.91: more new terms than in any natural
 * text. The same every time. Not thread-safe.
 */
final class ZipfTexts {

  private static final double TAIL = 0.1;
  private static final int LARGEST = 1 << 30;
  private static final int RADIX = 36;

  /** The letter that a term begins with, its rank to that radix and a space. */
  private static final int LONGEST = 8;

  private final SplittableRandom random = new SplittableRandom(7);
  private final BitSet seen = new BitSet();
  private int offered;

  /** The next text, in ASCII, of so many terms. */
  byte[] next(int terms) {
    byte[] text = new byte[terms * LONGEST];
    int at = 0;
    for (int i = 0; i < terms; i++) {
      int rank = (int) Math.min(LARGEST, Math.pow(1 - random.nextDouble(), -1 / TAIL));
      if (!seen.get(rank)) {
        seen.set(rank);
        offered++;
      }
      text[at++] = 't';
      for (int rest = rank; rest > 0; rest /= RADIX) {
        text[at++] = (byte) Character.forDigit(rest % RADIX, RADIX);
      }
      text[at++] = ' ';
    }
    return Arrays.copyOf(text, at);
  }

  /** The next text, of so many terms. */
  String nextText(int terms) {
    return new String(next(terms), US_ASCII);
  }

  /** How many different terms there were in all texts so far. */
  int offered() {
    return offered;
  }

  /** How many bytes it takes to know that. */
  int bytes() {
    return seen.size() / Byte.SIZE;
  }
}
