package io.millrace.learning.core.judging;

import java.util.List;

/**
 * The expected calibration error (Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern
 * neural networks", equation 3): the mean of |accuracy - confidence| over M bins of confidence,
 * weighted by the number of predictions in them. Bin m of 1 to M has the confidences in ((m-1)/M,
 * m/M]; the first one has 0 too.
 */
public final class Calibration {

  /** M, as in the paper's figures. */
  public static final int BINS = 15;

  /**
   * The predictions in one bin.
   *
   * @param confidence the sum of their confidences
   */
  public record Bin(long count, long correct, double confidence) {}

  private Calibration() {}

  /**
   * The bin of a confidence, from 0.
   *
   * @param confidence the probability of the predicted class, in [0, 1]
   */
  public static int bin(double confidence) {
    return Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
  }

  /** The expected calibration error, in [0, 1]; NaN if the bins are empty. */
  public static double error(List<Bin> bins) {
    long count = 0;
    double gaps = 0;
    for (Bin bin : bins) {
      count += bin.count;
      gaps += Math.abs(bin.correct - bin.confidence);
    }
    return gaps / count;
  }
}
