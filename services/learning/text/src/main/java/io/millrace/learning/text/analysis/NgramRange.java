package io.millrace.learning.text.analysis;

/**
 * How many consecutive tokens make a term.
 *
 * @param min the fewest, at least 1
 * @param max the most, at least {@code min} and at most {@value #LONGEST}
 */
public record NgramRange(int min, int max) {

  /** A bound on how much a text can grow: all its n-grams together are max² / 2 times as long. */
  public static final int LONGEST = 10;

  /** Single tokens. */
  public static final NgramRange TOKENS = new NgramRange(1, 1);

  public NgramRange {
    if (min < 1 || min > LONGEST) {
      throw new IllegalArgumentException("min must be from 1 to " + LONGEST + ", was " + min);
    }
    if (max < min || max > LONGEST) {
      throw new IllegalArgumentException(
          "max must be from min, which is " + min + ", to " + LONGEST + ", was " + max);
    }
  }
}
