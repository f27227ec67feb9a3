package io.millrace.learning.embedding;

/**
 * The arithmetic on small packed matrices that Skip-Gram spends its time in. Rows are {@code
 * stride} floats apart, a multiple of {@link #LANES}, padded with zeros.
 *
 * <p>Every sum has one order, so that all kernels give the same bits on every instruction set: a
 * product of two rows is {@link #LANES} partial sums, one for each index modulo {@link #LANES},
 * each made by fused multiply-adds in the order of the index and added by {@link #sum}; a
 * combination of rows is a chain of fused multiply-adds in the order of the rows.
 *
 * <p>Matrices are worked on in tiles: the callers' buffers have room for, and finite numbers in,
 * the rows up to the next multiple of {@link #TILE_LEFT} or {@link #TILE_RIGHT}. Instances hold
 * scratch space and are not thread-safe.
 */
sealed interface Kernel permits ScalarKernel, VectorKernel {

  /** Partial sums of a product. */
  int LANES = 16;

  /** Rows of the left matrix that are worked on at once. */
  int TILE_LEFT = 2;

  /** Rows of the right matrix that are worked on at once. */
  int TILE_RIGHT = 3;

  /** The fastest that this process can run: SIMD if the incubating module is there. */
  static Kernel fastest() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new VectorKernel()
        : new ScalarKernel();
  }

  /**
   * The products of all rows of two matrices: {@code products[i][j] = left[i] · right[j]}.
   *
   * @param left float[m, stride]
   * @param right float[n, stride]
   * @param products float[m, {@link #across}(n)], both rounded up to tiles
   */
  void multiply(float[] left, int m, float[] right, int n, int stride, float[] products);

  /**
   * Weighted sums of rows: {@code sums[i] = Σ_j weights[i][j] · rows[j]}.
   *
   * @param weights float[m, pitch], the first n of a row used; room for m rounded up to {@link
   *     #TILE_LEFT}
   * @param rows float[n, stride]
   * @param sums float[m, stride], room for m rounded up to {@link #TILE_LEFT}
   */
  void combine(float[] weights, int pitch, int m, float[] rows, int n, int stride, float[] sums);

  /** The product of a row with itself. */
  float squaredNorm(float[] row, int offset, int stride);

  /** Adds a scaled row to another: {@code target += scale · row}. */
  void addScaled(
      float[] target, int targetOffset, float scale, float[] row, int rowOffset, int stride);

  /** The number of columns of a matrix of products with n right rows. */
  static int across(int n) {
    return roundUp(n, TILE_RIGHT);
  }

  /** The padded length of a row. */
  static int stride(int dimensions) {
    return roundUp(dimensions, LANES);
  }

  /** The least multiple of a step that is not below a number. */
  static int roundUp(int number, int step) {
    return (number + step - 1) / step * step;
  }

  /** Adds {@link #LANES} partial sums, in the order of a tree that folds its upper half down. */
  static float sum(float[] p, int at) {
    float s0 = (p[at] + p[at + 8]) + (p[at + 4] + p[at + 12]);
    float s1 = (p[at + 1] + p[at + 9]) + (p[at + 5] + p[at + 13]);
    float s2 = (p[at + 2] + p[at + 10]) + (p[at + 6] + p[at + 14]);
    float s3 = (p[at + 3] + p[at + 11]) + (p[at + 7] + p[at + 15]);
    return (s0 + s2) + (s1 + s3);
  }
}
