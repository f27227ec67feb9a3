package io.millrace.learning.vision.network;

/**
 * A running mean of a vector over steps: each step it keeps a share of itself and takes the rest of
 * the new values. In the first steps, of which there is little to average, it keeps less.
 */
final class ExponentialMovingAverage {

  private final double averaging;

  /** The mean; written by {@link #add}. */
  final float[] mean;

  /** A mean that begins with its first values. */
  ExponentialMovingAverage(double averaging, float[] first) {
    this.averaging = averaging;
    this.mean = first.clone();
  }

  /** Takes in the values of a range after a step, counted from 1. */
  void add(float[] values, long step, int from, int to) {
    float kept = (float) Math.min(averaging, (double) step / (step + 9));
    float taken = 1 - kept;
    for (int i = from; i < to; i++) {
      mean[i] = kept * mean[i] + taken * values[i];
    }
  }
}
