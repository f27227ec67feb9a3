package io.millrace.learning.core.judging;

/**
 * Between which accuracies the true one of a classifier lies, with a confidence of 95 %: the score
 * interval of Wilson 1927, "Probable inference, the law of succession, and statistical inference",
 * for {@code correct} right answers of {@code count} independent ones. With {@code p} the share of
 * right ones, {@code n} their number and {@code z} the normal quantile:
 *
 * <pre>{@code (p + z²/2n ± z √(p(1 - p)/n + z²/4n²)) / (1 + z²/n)}</pre>
 *
 * Unlike the normal approximation it stays within [0, 1], and has a width where all answers were
 * right.
 *
 * @param from the lower end, in [0, 1]
 * @param to the upper end, in [0, 1]
 */
public record AccuracyInterval(double from, double to) {

  /** The normal quantile of 97.5 %, as both tails together have 5 %. */
  private static final double Z = 1.959963984540054;

  /**
   * The interval of an accuracy. Without any answer it is all of [0, 1].
   *
   * @throws IllegalArgumentException unless {@code 0 <= correct <= count}
   */
  public static AccuracyInterval of(long correct, long count) {
    if (correct < 0 || correct > count) {
      throw new IllegalArgumentException(
          "correct must be from 0 to count, was %d of %d".formatted(correct, count));
    }
    if (count == 0) {
      return new AccuracyInterval(0, 1);
    }
    double n = count;
    double p = correct / n;
    double scale = 1 + Z * Z / n;
    double middle = (p + Z * Z / (2 * n)) / scale;
    double half = Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n)) / scale;
    // Both ends are exact where all answers are alike; the rounding of the formula is not.
    return new AccuracyInterval(
        correct == 0 ? 0 : Math.max(0, middle - half),
        correct == count ? 1 : Math.min(1, middle + half));
  }
}
