package io.millrace.learning.embedding.kernel;

import java.util.Arrays;

/**
 * The hidden layer of CBOW: the mean of the context words is the one left row, and what it would be
 * moved by moves each of them, undivided, as word2vec's code has it: the mean's exact gradient, a
 * share for each, learns too little of a text that is read once. Not thread-safe.
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

  /** Predicts the right rows from the mean of the left ones, and moves all. */
  public void update(RowSelection left, RowSelection right, float[] errors) {
    kernel.mean(left, stride, values);
    System.arraycopy(values, 0, before, 0, stride);
    kernel.errors(row, right, stride, errors);
    kernel.applyGradients(row, right, stride, errors);
    kernel.applySharedGradient(left, stride, values, before);
    Arrays.fill(left.squares, 0, left.count, row.squares[0]);
  }
}
