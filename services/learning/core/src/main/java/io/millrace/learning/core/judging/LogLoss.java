package io.millrace.learning.core.judging;

/**
 * The logarithmic loss (cross-entropy) of one prediction, as scikit-learn's {@code log_loss} of one
 * row: {@code -ln(p)}, where {@code p} is the probability that was given to the label, clipped
 * below at {@value #MIN_PROBABILITY}.
 *
 * <p>Losses are rounded to multiples of 2<sup>-20</sup>. A sum of such numbers is exact, and so the
 * same in any order, as long as it is below 2<sup>33</sup>: ten billion predictions at a mean of
 * 0.8. The rounding changes a loss by less than 5e-7.
 */
public final class LogLoss {

  /** The smallest probability that counts. */
  public static final double MIN_PROBABILITY = 1e-12;

  private static final int FRACTION_BITS = 20;

  private LogLoss() {}

  /**
   * The loss, in nats.
   *
   * @param probability the probability given to the label, 0 if none was
   */
  public static double of(double probability) {
    // Adding 0 makes the loss of a certain prediction 0, not -0.
    return rounded(-StrictMath.log(Math.max(MIN_PROBABILITY, probability))) + 0.0;
  }

  /** A number rounded to a multiple of 2<sup>-20</sup>, halves to even. */
  public static double rounded(double value) {
    return Math.scalb(Math.rint(Math.scalb(value, FRACTION_BITS)), -FRACTION_BITS);
  }
}
