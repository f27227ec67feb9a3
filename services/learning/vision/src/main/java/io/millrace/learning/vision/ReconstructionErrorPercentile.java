package io.millrace.learning.vision;

import org.HdrHistogram.IntCountsHistogram;
import org.jspecify.annotations.Nullable;

/**
 * How unusual a reconstruction error is among the last ones: its rank, the share of them that are
 * not larger. They are counted in two HdrHistograms (Gil Tene) of buckets 1 % wide, which take
 * turns: when the younger has half a window, the older begins anew. So a rank looks back over half
 * a window to a whole one, memory is some 24 KiB whatever comes, and the same errors in the same
 * order give the same ranks.
 *
 * <p>O(buckets), some microseconds. Not thread-safe.
 */
public final class ReconstructionErrorPercentile {

  /** Errors are counted in billionths: mean squares of differences in [0, 1]. */
  private static final double UNIT = 1e-9;

  private static final long LARGEST = 1_000_000_000;

  private final int half;
  private IntCountsHistogram younger = counts();
  private IntCountsHistogram older = counts();

  /**
   * Nothing seen yet.
   *
   * @param window errors that are remembered at most, at least 2
   */
  public ReconstructionErrorPercentile(int window) {
    if (window < 2) {
      throw new IllegalArgumentException("window must be >= 2, was " + window);
    }
    this.half = window / 2;
  }

  private static IntCountsHistogram counts() {
    return new IntCountsHistogram(1, LARGEST, 2);
  }

  /**
   * Ranks an error among those before, then counts it.
   *
   * @param error at least 0
   * @return in [0, 1]; null while fewer than half a window were seen
   */
  public @Nullable Double rankAndAdd(double error) {
    long units = Math.clamp(Math.round(error / UNIT), 1, LARGEST);
    Double rank = rank(units);
    if (younger.getTotalCount() >= half) {
      IntCountsHistogram oldest = older;
      older = younger;
      younger = oldest;
      younger.reset();
    }
    younger.recordValue(units);
    return rank;
  }

  private @Nullable Double rank(long units) {
    long all = younger.getTotalCount() + older.getTotalCount();
    if (all < half) {
      return null;
    }
    long below = younger.getCountBetweenValues(0, units) + older.getCountBetweenValues(0, units);
    return (double) below / all;
  }

  /**
   * The error that a share of the last ones does not exceed.
   *
   * @param share in [0, 1]
   * @return NaN while fewer than half a window were seen
   */
  public double quantile(double share) {
    if (younger.getTotalCount() + older.getTotalCount() < half) {
      return Double.NaN;
    }
    IntCountsHistogram all = younger.copy();
    all.add(older);
    return all.getValueAtPercentile(100 * share) * UNIT;
  }
}
