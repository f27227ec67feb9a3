package io.millrace.learning.embedding.neighbours;

import io.millrace.learning.embedding.kernel.Kernel;
import java.util.ArrayList;
import java.util.List;

/**
 * Vectors by row, padded for the kernel, with the inverse of each length; in blocks, so that a
 * growing table copies nothing. Not thread-safe.
 */
final class VectorBlocks {

  /** Rows in a block. */
  static final int ROWS = Kernel.roundUp(4096, Kernel.TILE_RIGHT);

  private final int dimensions;
  private final int stride;
  private final List<float[]> blocks = new ArrayList<>();
  private final List<float[]> inverseLengths = new ArrayList<>();

  VectorBlocks(int dimensions) {
    this.dimensions = dimensions;
    this.stride = Kernel.stride(dimensions);
  }

  /** Makes room for {@code rows} rows. */
  void reserve(int rows) {
    while (blocks.size() * ROWS < rows) {
      blocks.add(new float[ROWS * stride]);
      inverseLengths.add(new float[ROWS]);
    }
  }

  /**
   * Sets a row.
   *
   * @param inverse 1 / length; 0 if the vector has no direction
   */
  void set(int row, float[] vector, float inverse) {
    System.arraycopy(vector, 0, block(row), at(row), dimensions);
    inverse(row, inverse);
  }

  /** Sets what a row's products are multiplied by; with 0 no search finds the row. */
  void inverse(int row, float value) {
    inverseLengths.get(row / ROWS)[row % ROWS] = value;
  }

  /** 1 / length of a row; 0 for a row without direction or without name. */
  float inverse(int row) {
    return inverseLengths.get(row / ROWS)[row % ROWS];
  }

  /** A row's vector, {@code float[dimensions]}, a copy. */
  float[] copy(int row) {
    float[] vector = new float[dimensions];
    System.arraycopy(block(row), at(row), vector, 0, dimensions);
    return vector;
  }

  /** Adds a row's vector, scaled, to {@code double[dimensions]}. */
  void addTo(double[] sum, int row, double scale) {
    float[] block = block(row);
    for (int k = 0; k < dimensions; k++) {
      sum[k] += scale * block[at(row) + k];
    }
  }

  /** The dot product of a row and a query of at least {@code float[dimensions]}. */
  float product(float[] query, int row) {
    float[] block = block(row);
    int at = at(row);
    float sum = 0;
    for (int k = 0; k < dimensions; k++) {
      sum += query[k] * block[at + k];
    }
    return sum;
  }

  /** The block that a row is in, {@code float[ROWS, stride]}. */
  float[] block(int row) {
    return blocks.get(row / ROWS);
  }

  private int at(int row) {
    return row % ROWS * stride;
  }
}
