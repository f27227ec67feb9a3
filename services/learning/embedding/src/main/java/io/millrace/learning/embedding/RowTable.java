package io.millrace.learning.embedding;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Vectors by row, learned with a rate of each row's own: AdaGrad (Duchi, Hazan and Singer 2011)
 * with one accumulator a row, the sum of the mean squares of its gradients. So a word that comes
 * late learns as fast as the first did, and one met for the millionth time moves little. Grows with
 * the highest row. Not thread-safe.
 */
final class RowTable {

  /** Rows are added by so many at once. */
  private static final int GROWTH = 128;

  /** Keeps the first step finite: what the accumulator begins with. */
  private static final float FIRST_SQUARE = 0.1f;

  private final int dimensions;
  private final int stride;
  private final float learningRate;
  private final float keep;
  private final ChangedRows changed = new ChangedRows();
  private float[] values = new float[0];
  private float[] squares = new float[0];

  RowTable(SkipGramConfig config) {
    this.dimensions = config.dimensions();
    this.stride = Kernel.stride(dimensions);
    this.learningRate = (float) config.learningRate();
    this.keep = (float) (1 - config.forgetting());
  }

  /** Makes a row new: zeros that nothing was learned on. */
  void clear(int row) {
    reserve(row);
    Arrays.fill(values, row * stride, (row + 1) * stride, 0f);
    squares[row] = 0;
    changed.mark(row);
  }

  /** Makes a row new: even random numbers in ±1 / (2 · dimensions), as word2vec does. */
  void scatter(int row, SplitMix64 random) {
    clear(row);
    for (int k = 0; k < dimensions; k++) {
      values[row * stride + k] = (float) ((random.nextDouble() - 0.5) / dimensions);
    }
  }

  /** Copies a row, padding included, into a buffer. */
  void gather(int row, float[] buffer, int offset) {
    System.arraycopy(values, row * stride, buffer, offset, stride);
  }

  /** Moves a row along the direction in which its likelihood rises. */
  void ascend(int row, float[] direction, int offset, Kernel kernel) {
    float square = kernel.squaredNorm(direction, offset, stride) / dimensions;
    squares[row] = squares[row] * keep + square;
    float rate = learningRate / (float) Math.sqrt(FIRST_SQUARE + squares[row]);
    kernel.addScaled(values, row * stride, rate, direction, offset, stride);
    changed.mark(row);
  }

  /** A copy of a row without the padding. */
  float[] vector(int row) {
    return Arrays.copyOfRange(values, row * stride, row * stride + dimensions);
  }

  /** The rows that changed. */
  ChangedRows changed() {
    return changed;
  }

  /** A row's accumulator. */
  float squareAt(int row) {
    return squares[row];
  }

  /** Sets a row's accumulator. */
  void square(int row, float square) {
    squares[row] = square;
  }

  /** Sets a row's numbers, {@code float[dimensions]}. */
  void set(int row, float[] vector) {
    System.arraycopy(vector, 0, values, row * stride, dimensions);
  }

  /** Writes a row's numbers, without the padding. */
  void write(int row, ByteBuffer out) {
    out.asFloatBuffer().put(values, row * stride, dimensions);
    out.position(out.position() + dimensions * Float.BYTES);
  }

  /** Takes a row's numbers from what was written. */
  void read(int row, float square, ByteBuffer in) {
    reserve(row);
    squares[row] = square;
    in.asFloatBuffer().get(values, row * stride, dimensions);
    in.position(in.position() + dimensions * Float.BYTES);
  }

  /** Makes place for a row, half as much again each time. */
  private void reserve(int row) {
    if (row >= squares.length) {
      int rows = Kernel.roundUp(Math.max(row + 1, squares.length * 3 / 2), GROWTH);
      squares = Arrays.copyOf(squares, rows);
      values = Arrays.copyOf(values, Math.multiplyExact(rows, stride));
      changed.reserve(rows);
    }
  }
}
