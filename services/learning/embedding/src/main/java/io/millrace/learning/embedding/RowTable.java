package io.millrace.learning.embedding;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Vectors by row, learned with a rate of each row's own: AdaGrad (Duchi, Hazan and Singer 2011)
 * with one accumulator a row, the sum of the mean squares of its gradients. So a word that comes
 * late learns as fast as the first did, and one met for the millionth time moves little. Grows with
 * the highest row. Not thread-safe.
 */
final class RowTable {

  /** Rows in a block of the state: at most 525 KB. */
  static final int BLOCK_ROWS = 128;

  /** Keeps the first step finite: what the accumulator begins with. */
  private static final float FIRST_SQUARE = 0.1f;

  private final int dimensions;
  private final int stride;
  private final float learningRate;
  private final float keep;
  private final BitSet changed = new BitSet();
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
    changed.set(row);
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
    changed.set(row);
  }

  /** A copy of a row without the padding. */
  float[] vector(int row) {
    return Arrays.copyOfRange(values, row * stride, row * stride + dimensions);
  }

  /** The rows that changed since {@link #forgetChanges}. */
  BitSet changed() {
    return changed;
  }

  void forgetChanges() {
    changed.clear();
  }

  /** The blocks that hold a changed row, by number. */
  SortedMap<Integer, byte[]> changedBlocks() {
    SortedMap<Integer, byte[]> blocks = new TreeMap<>();
    for (int row = changed.nextSetBit(0); row >= 0; ) {
      int block = row / BLOCK_ROWS;
      blocks.put(block, write(block));
      row = changed.nextSetBit((block + 1) * BLOCK_ROWS);
    }
    return blocks;
  }

  private byte[] write(int block) {
    ByteBuffer out = buffer();
    for (int row = block * BLOCK_ROWS; row < (block + 1) * BLOCK_ROWS; row++) {
      out.putFloat(squares[row]);
      for (int k = 0; k < dimensions; k++) {
        out.putFloat(values[row * stride + k]);
      }
    }
    return out.array();
  }

  /**
   * Takes a block's rows from what was written.
   *
   * @throws IllegalArgumentException if they are not of this size
   */
  void restore(int block, byte[] bytes) {
    if (bytes.length != buffer().capacity()) {
      throw new IllegalArgumentException(
          "a block of rows has " + buffer().capacity() + " bytes, this one " + bytes.length);
    }
    reserve(block * BLOCK_ROWS);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = block * BLOCK_ROWS; row < (block + 1) * BLOCK_ROWS; row++) {
      squares[row] = in.getFloat();
      for (int k = 0; k < dimensions; k++) {
        values[row * stride + k] = in.getFloat();
      }
    }
  }

  private ByteBuffer buffer() {
    return ByteBuffer.allocate(BLOCK_ROWS * (1 + dimensions) * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Makes place for a row, by whole blocks, half as much again each time. */
  private void reserve(int row) {
    if (row >= squares.length) {
      int rows = Kernel.roundUp(Math.max(row + 1, squares.length * 3 / 2), BLOCK_ROWS);
      squares = Arrays.copyOf(squares, rows);
      values = Arrays.copyOf(values, Math.multiplyExact(rows, stride));
    }
  }
}
