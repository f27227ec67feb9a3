package io.millrace.learning.embedding.kernel;

import java.util.Arrays;

/**
 * The hidden layer of CBOW. One update of a target:
 *
 * <ol>
 *   <li>The mean of the context words' rows becomes the only left row.
 *   <li>The kernel computes its errors with the right rows, and moves it and them.
 *   <li>The move of the mean is added to each context word's row, at the row's own rate: undivided,
 *       as in word2vec's code. The exact gradient of a mean, a share for each row, learns too
 *       little from a text that is read once.
 * </ol>
 *
 * <p>Not thread-safe.
 */
public final class CbowLayer {

  private final Kernel kernel;
  private final int stride;
  private final RowSelection row = new RowSelection(Kernel.PAIR);
  private final float[] values;
  private final float[] before;

  public CbowLayer(Kernel kernel, int stride) {
    this.kernel = kernel;
    this.stride = stride;
    this.values = new float[Kernel.PAIR * stride];
    this.before = new float[stride];
    row.values = values;
    row.count = 1;
    row.offsets[1] = stride;
    row.rates[0] = 1;
  }

  /** Learns one target from the mean of the left rows; moves the left and the right rows. */
  public void update(RowSelection left, RowSelection right, float[] errors) {
    kernel.mean(left, stride, values);
    System.arraycopy(values, 0, before, 0, stride);
    kernel.errors(row, right, stride, errors);
    kernel.applyGradients(row, right, stride, errors);
    kernel.applySharedGradient(left, stride, values, before);
    Arrays.fill(left.squares, 0, left.count, row.squares[0]);
  }
}
