package io.millrace.learning.core.judging;

/**
 * Accuracy and loss with fading factors (Gama, Sebastião and Rodrigues 2013, "On evaluating stream
 * learning algorithms", section 3.3), by blocks: a prediction weighs α<sup>n</sup>, where n is the
 * number of predictions in later blocks. With blocks of one prediction these are the paper's.
 * Blocks are added from the newest to the oldest. Not thread-safe.
 */
public final class FadingMean {

  /** The weight below which older blocks change nothing that anybody reads. */
  private static final double NEGLIGIBLE = 1e-9;

  private final double factor;
  private double weight = 1;
  private double count;
  private double correct;
  private double loss;

  /**
   * Means of nothing.
   *
   * @param factor α, in (0, 1]
   */
  public FadingMean(double factor) {
    if (!(factor > 0 && factor <= 1)) {
      throw new IllegalArgumentException("factor must be in (0, 1], was " + factor);
    }
    this.factor = factor;
  }

  /** Adds the block before those that were added. */
  public void addOlder(long blockCount, long blockCorrect, double blockLoss) {
    count += weight * blockCount;
    correct += weight * blockCorrect;
    loss += weight * blockLoss;
    weight *= StrictMath.pow(factor, blockCount);
  }

  /** Whether older blocks weigh nearly nothing. */
  public boolean isComplete() {
    return weight < NEGLIGIBLE;
  }

  /** The share of correct predictions, in [0, 1]; NaN without any prediction. */
  public double accuracy() {
    return correct / count;
  }

  /** The mean loss; NaN without any prediction. */
  public double loss() {
    return loss / count;
  }
}
