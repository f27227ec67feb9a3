package io.millrace.learning.core;

import java.nio.ByteBuffer;

/**
 * Decides whether a stream has drifted, by the errors made before learning: the Page-Hinkley test
 * (Page 1954, "Continuous Inspection Schemes"; for streams Gama et al. 2013, "On evaluating stream
 * learning algorithms", section 4.2). For each batch of labelled examples:
 *
 * <ol>
 *   <li>The mean error over all examples since the test began is brought up to date.
 *   <li>The errors in excess of that mean, less a tolerance, are added to a sum.
 *   <li>The least value that the sum has had is kept.
 *   <li>If the sum has risen by more than the threshold above that least value, the stream has
 *       drifted: the drift is counted, the test begins again, and the learning rate is raised for
 *       the next examples ({@link Response}).
 * </ol>
 *
 * <p>It depends on the examples alone, so that the same log gives the same drifts. Immutable; O(1)
 * a batch.
 *
 * @param examples labelled examples since the test began
 * @param mean the share of them that were predicted wrongly
 * @param sum the sum of the excesses
 * @param minimum the least value that the sum has had
 * @param drifts drifts detected over the learner's life
 * @param raised labelled examples to come that are still learned from at the raised rate
 */
public record PageHinkley(
    long examples, double mean, double sum, double minimum, long drifts, long raised) {

  /** A test that has seen nothing. */
  public static final PageHinkley NONE = new PageHinkley(0, 0, 0, 0, 0, 0);

  /** The rise of the error rate that is no drift yet. */
  private static final double TOLERANCE = 0.005;

  private static final int BYTES = 6 * Long.BYTES;

  /**
   * When the test detects a drift, and what follows.
   *
   * @param threshold the errors in excess of the mean that make a drift; 0 turns the test off
   * @param rate what the learning rate is multiplied by after a drift
   * @param examples the number of labelled examples that are learned from at that rate
   */
  public record Response(double threshold, double rate, int examples) {}

  /** The test after a batch of labelled examples, some of which were predicted wrongly. */
  public PageHinkley update(long labelled, long wrong, Response response) {
    if (labelled == 0 || response.threshold() == 0) {
      return this;
    }
    long count = examples + labelled;
    double newMean = mean + (wrong - labelled * mean) / count;
    double newSum = sum + wrong - labelled * (newMean + TOLERANCE);
    double newMinimum = Math.min(minimum, newSum);
    long newRaised = Math.max(0, raised - labelled);
    return newSum - newMinimum > response.threshold()
        ? new PageHinkley(0, 0, 0, 0, drifts + 1, response.examples())
        : new PageHinkley(count, newMean, newSum, newMinimum, drifts, newRaised);
  }

  /** What the learning rate is multiplied by now. */
  public double learningRateFactor(Response response) {
    return raised > 0 ? response.rate() : 1;
  }

  /** Encodes the test for a checkpoint: six 8-byte numbers in the order of the components. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(examples)
        .putDouble(mean)
        .putDouble(sum)
        .putDouble(minimum)
        .putLong(drifts)
        .putLong(raised)
        .array();
  }

  /**
   * Decodes what {@link #toBytes} encoded.
   *
   * @throws IllegalArgumentException if the length is wrong
   */
  public static PageHinkley read(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "the state of a Page-Hinkley test has " + BYTES + " bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new PageHinkley(
        buffer.getLong(),
        buffer.getDouble(),
        buffer.getDouble(),
        buffer.getDouble(),
        buffer.getLong(),
        buffer.getLong());
  }
}
