package io.millrace.learning.core;

import java.nio.ByteBuffer;

/**
 * Decides whether predictions have become wrong more often: the Page-Hinkley test (Page 1954,
 * "Continuous Inspection Schemes"; for streams Gama et al. 2013, "On evaluating stream learning
 * algorithms", section 4.2), in units of the error's own standard deviation. For each batch of
 * labelled examples:
 *
 * <ol>
 *   <li>The mean error p over all examples since the test began is brought up to date, and with it
 *       the standard deviation s = √(p(1 − p)) of a single error, at least that of p = {@value
 *       #LEAST_ERROR}.
 *   <li>The errors in excess of that mean, divided by s and less a tolerance of {@value #TOLERANCE}
 *       each, are added to a sum.
 *   <li>The least value that the sum has had is kept.
 *   <li>If the sum has risen by more than the threshold above that least value, the errors have
 *       risen.
 * </ol>
 *
 * <p>With a tolerance d and a threshold h, an unchanged stream is taken for a changed one about
 * once in exp(2dh) / 2d² examples (Siegmund 1985, "Sequential Analysis", section 2.6), whatever its
 * error; that of a fixed excess, as earlier builds had it, becomes more likely the harder the
 * stream is. A rise by r standard deviations is noticed after some h / (r − d) examples, one below
 * d never. Immutable; O(1) a batch.
 *
 * @param examples labelled examples since the test began
 * @param mean the share of them that were predicted wrongly
 * @param sum the sum of the excesses, in standard deviations
 * @param minimum the least value that the sum has had
 */
public record PageHinkley(long examples, double mean, double sum, double minimum) {

  /** A test that has seen nothing. */
  public static final PageHinkley NONE = new PageHinkley(0, 0, 0, 0);

  /** The rise that is no drift yet, in standard deviations. */
  private static final double TOLERANCE = 0.2;

  /** Below it, an error that is rare would count as many standard deviations. */
  private static final double LEAST_ERROR = 0.1;

  /** The bytes that {@link #put} writes. */
  static final int BYTES = 4 * Long.BYTES;

  /** The test after a batch of labelled examples, some of which were predicted wrongly. */
  public PageHinkley plus(long labelled, long wrong) {
    if (labelled == 0) {
      return this;
    }
    long count = examples + labelled;
    double newMean = mean + (wrong - labelled * mean) / count;
    double variance = Math.max(newMean * (1 - newMean), LEAST_ERROR * (1 - LEAST_ERROR));
    double excess = (wrong - labelled * newMean) / Math.sqrt(variance);
    double newSum = sum + excess - labelled * TOLERANCE;
    return new PageHinkley(count, newMean, newSum, Math.min(minimum, newSum));
  }

  /** How far the sum is above the least value that it has had, in standard deviations. */
  public double excess() {
    return sum - minimum;
  }

  /** Adds the test to a checkpoint: four 8-byte numbers in the order of the components. */
  void put(ByteBuffer bytes) {
    bytes.putLong(examples).putDouble(mean).putDouble(sum).putDouble(minimum);
  }

  /** Reads what {@link #put} wrote. */
  static PageHinkley read(ByteBuffer bytes) {
    return new PageHinkley(
        bytes.getLong(), bytes.getDouble(), bytes.getDouble(), bytes.getDouble());
  }
}
