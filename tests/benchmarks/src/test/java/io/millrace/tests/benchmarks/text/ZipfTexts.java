package io.millrace.tests.benchmarks.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Texts whose vocabulary never ends: terms are drawn by Zipf's law, of which Heaps' law follows.
 * The same every time. Not thread-safe.
 */
final class ZipfTexts {

  private static final int LARGEST = 1 << 30;
  private static final int RADIX = 36;

  /** The letter that a term begins with, its rank to that radix and a space. */
  private static final int LONGEST = 8;

  /**
   * Zipf's law with two exponents (Gerlach and Altmann 2013, "Stochastic Model for the Vocabulary
   * Growth in Natural Languages"): a term of rank r has the share c / r up to the rank b, and c ·
   * b^(γ - 1) / r^γ beyond. Drawn by the law's continuous form, rounded down.
   *
   * @param b the rank at which the exponent changes; 1 for a law of one exponent
   * @param tail γ - 1: Heaps' exponent is 1 / γ
   */
  record Law(double b, double tail) {

    /**
     * One exponent, 1.1, from which Heaps' exponent of 0.91 follows: more new terms than in any
     * natural text.
     */
    static final Law STEEP = new Law(1, 0.1);

    /**
     * As in the Simple English Wikipedia: 24 million tokens by this law have 364,000 different
     * terms there 366,000; what is new grows with the power 0.61 of what is read, there with 0.69.
     */
    static final Law NATURAL = new Law(2_300, 0.65);

    /** The rank at a place, from 0 to below 1, in the order of ranks. */
    int rank(double place) {
      double head = Math.log(b) * tail / (Math.log(b) * tail + 1);
      double rank =
          place < head
              ? Math.pow(b, place / head)
              : b * Math.pow(1 - (place - head) / (1 - head), -1 / tail);
      return (int) Math.min(LARGEST, rank);
    }
  }

  private final SplittableRandom random = new SplittableRandom(7);
  private final BitSet seen = new BitSet();
  private final Law law;
  private int offered;

  /** Texts by a law. */
  ZipfTexts(Law law) {
    this.law = law;
  }

  /** The next text, in ASCII. */
  byte[] next(int terms) {
    byte[] text = new byte[terms * LONGEST];
    int at = 0;
    for (int i = 0; i < terms; i++) {
      int rank = law.rank(random.nextDouble());
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

  /** The next text. */
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
