package io.millrace.learning.vision.network;

/**
 * The exponential moving average of a vector over optimizer updates: {@code mean = decay · mean +
 * (1 - decay) · values}. In the first updates the decay is smaller, {@code n / (n + 9)} after
 * update n, so that the first values do not weigh too much (Polyak and Juditsky 1992 on why
 * averages are better than the last values).
 */
final class ExponentialMovingAverage {

  private final double decay;

  /** The average; written by {@link #add}. */
  final float[] mean;

  /** An average that begins with its first values. */
  ExponentialMovingAverage(double decay, float[] first) {
    this.decay = decay;
    this.mean = first.clone();
  }

  /**
   * Adds the values of a range.
   *
   * @param update the number of updates so far, this one included
   */
  void add(float[] values, long update, int from, int to) {
    float decayNow = (float) Math.min(decay, (double) update / (update + 9));
    float rest = 1 - decayNow;
    for (int i = from; i < to; i++) {
      mean[i] = decayNow * mean[i] + rest * values[i];
    }
  }
}
