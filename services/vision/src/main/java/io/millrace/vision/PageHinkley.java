package io.millrace.vision;

import java.nio.ByteBuffer;

/**
 * Notices that a stream has changed, by the errors made before learning: the Page-Hinkley test
 * (Page 1954, "Continuous Inspection Schemes"; for streams Gama et al. 2013, "On evaluating stream
 * learning algorithms", section 4.2). The excess of each error over the mean of all so far, less a
 * tolerance, is added up; when the sum has risen by a threshold since its least, the stream has
 * drifted, and the test begins anew. It depends on the examples alone, so that the same log gives
 * the same drifts.
 *
 * @param images labelled ones since the test began
 * @param mean share of them that were answered wrongly
 * @param sum of the excesses
 * @param minimum that the sum has been
 * @param drifts noticed over the model's life
 * @param left labelled images to come that are still learned from at the raised rate
 */
record PageHinkley(long images, double mean, double sum, double minimum, long drifts, long left) {

  /** Nothing was noticed yet. */
  static final PageHinkley NONE = new PageHinkley(0, 0, 0, 0, 0, 0);

  /** What errors may rise by without being a drift: a share of the images. */
  private static final double TOLERANCE = 0.005;

  private static final int BYTES = 6 * Long.BYTES;

  /**
   * When a stream counts as changed, and what follows.
   *
   * @param threshold images wrong in excess of the mean that make a drift; 0 looks for none
   * @param rate what the learning rate is multiplied with after one
   * @param images labelled ones that are learned from at that rate
   */
  record Response(double threshold, double rate, int images) {}

  /** After a batch of labelled images, some of which were answered wrongly. */
  PageHinkley update(long labelled, long wrong, Response response) {
    if (labelled == 0 || response.threshold() == 0) {
      return this;
    }
    long count = images + labelled;
    double newMean = mean + (wrong - labelled * mean) / count;
    double newSum = sum + wrong - labelled * (newMean + TOLERANCE);
    double newLeast = Math.min(minimum, newSum);
    long newLeft = Math.max(0, left - labelled);
    return newSum - newLeast > response.threshold()
        ? new PageHinkley(0, 0, 0, 0, drifts + 1, response.images())
        : new PageHinkley(count, newMean, newSum, newLeast, drifts, newLeft);
  }

  /** What the learning rate is multiplied with now. */
  double learningRateFactor(Response response) {
    return left > 0 ? response.rate() : 1;
  }

  /** What {@link #read} reads. */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(images)
        .putDouble(mean)
        .putDouble(sum)
        .putDouble(minimum)
        .putLong(drifts)
        .putLong(left)
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static PageHinkley read(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a drift is not " + bytes.length + " bytes");
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
