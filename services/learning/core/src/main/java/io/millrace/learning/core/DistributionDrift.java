package io.millrace.learning.core;

import java.util.Arrays;

/**
 * Decides without labels whether numbers of a stream have another distribution than before: the
 * population stability index (PSI, the symmetric Kullback-Leibler divergence of two histograms;
 * Yurdakul 2018, "Statistical Properties of Population Stability Index") of windows of as many
 * records each.
 *
 * <ol>
 *   <li>The first window is the reference. Of each number it gives {@value #BINS} bins with equal
 *       shares, fewer where many values are equal.
 *   <li>For each later window, the index of a number is the sum over bins of (q − p) · ln(q / p), p
 *       being the bin's share of the reference and q of the window, less what two windows of one
 *       distribution have on average, (bins − 1) · 2 / window.
 *   <li>If the largest index of all numbers exceeds the threshold, the stream has drifted: that is
 *       counted, and the next window becomes the reference; this one may be of both.
 * </ol>
 *
 * <p>So a change is noticed within two windows. Depends on the records and their order alone.
 * Memory: a window of every number. O(window · log window) a window and number. Not thread-safe.
 */
public final class DistributionDrift {

  private static final int BINS = 10;

  /** Half a record in each bin, so that an empty one has a logarithm. */
  private static final double SMOOTHING = 0.5;

  private final double threshold;
  private final double[][] window;
  private final double[][] edges;
  private final long[][] expected;
  private boolean hasReference;
  private int filled;
  private double index = Double.NaN;
  private long drifts;

  /**
   * Nothing seen yet.
   *
   * @param numbers of a record, at least 1
   * @param window records of a window, at least {@value #BINS}
   * @param threshold the index that is a drift; 0.1 is a small change, 0.25 a large one
   */
  public DistributionDrift(int numbers, int window, double threshold) {
    if (window < BINS) {
      throw new IllegalArgumentException("window must be >= %d, was %d".formatted(BINS, window));
    }
    this.threshold = threshold;
    this.window = new double[numbers][window];
    this.edges = new double[numbers][];
    this.expected = new long[numbers][];
  }

  /**
   * Adds the numbers of a record, in the same order each time.
   *
   * @return whether the window that it completes has drifted
   */
  public boolean add(double... numbers) {
    for (int i = 0; i < window.length; i++) {
      window[i][filled] = numbers[i];
    }
    filled++;
    if (filled < window[0].length) {
      return false;
    }
    filled = 0;
    if (!hasReference) {
      refer();
      return false;
    }
    index = index();
    if (index <= threshold) {
      return false;
    }
    drifts++;
    hasReference = false;
    return true;
  }

  /** Begins again with a new reference; drifts stay counted. */
  public void begin() {
    hasReference = false;
    filled = 0;
    index = Double.NaN;
  }

  /** The index of the last window; NaN before there was one. */
  public double lastIndex() {
    return index;
  }

  /** Drifts so far. */
  public long drifts() {
    return drifts;
  }

  private void refer() {
    for (int i = 0; i < window.length; i++) {
      double[] sorted = window[i].clone();
      Arrays.sort(sorted);
      double[] borders = new double[BINS - 1];
      int distinct = 0;
      for (int bin = 1; bin < BINS; bin++) {
        double border = sorted[bin * sorted.length / BINS];
        if (border > sorted[0] && (distinct == 0 || border > borders[distinct - 1])) {
          borders[distinct++] = border;
        }
      }
      edges[i] = Arrays.copyOf(borders, distinct);
      expected[i] = counts(window[i], edges[i]);
    }
    hasReference = true;
  }

  private double index() {
    double largest = 0;
    for (int i = 0; i < window.length; i++) {
      largest = Math.max(largest, index(expected[i], counts(window[i], edges[i])));
    }
    return largest;
  }

  private double index(long[] before, long[] now) {
    double all = window[0].length + SMOOTHING * before.length;
    double sum = 0;
    for (int bin = 0; bin < before.length; bin++) {
      double p = (before[bin] + SMOOTHING) / all;
      double q = (now[bin] + SMOOTHING) / all;
      sum += (q - p) * StrictMath.log(q / p);
    }
    return sum - 2.0 * (before.length - 1) / window[0].length;
  }

  /** Counts the values below the first border, from it to below the second, and so on. */
  private static long[] counts(double[] values, double[] borders) {
    long[] counts = new long[borders.length + 1];
    for (double value : values) {
      int at = Arrays.binarySearch(borders, value);
      counts[at >= 0 ? at + 1 : -at - 1]++;
    }
    return counts;
  }
}
