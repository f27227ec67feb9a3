package io.millrace.learning.embedding.kernel;

import io.millrace.learning.core.VectorApi;

/**
 * The arithmetic that learning spends its time in: selected rows of one table, the left ones,
 * against selected rows of another, the right ones, in place. Rows are {@code stride} floats long,
 * a multiple of {@link #LANES}, padded with zeros.
 *
 * <p>Noise words are shared among context words as in pWord2Vec (Ji, Satish, Li and Dubey 2016,
 * "Parallelizing Word2Vec in Shared and Distributed Memory"). Unlike pWord2Vec, which gathers rows
 * into small matrices and scatters gradients, the kernel uses the rows where they are; they stay in
 * the cache from one target to the next.
 *
 * <p>Every sum has one order, so that all kernels give the same bits on every instruction set:
 *
 * <ol>
 *   <li>A product of two rows is {@link #LANES} partial sums, one for each index modulo {@link
 *       #LANES}. Each is a chain of fused multiply-adds in the order of the index.
 *   <li>{@link #sum} adds the partial sums in the order of a tree.
 *   <li>The gradient of a row is a chain of fused multiply-adds in the order of the other side's
 *       rows.
 * </ol>
 *
 * <p>Right rows are processed in groups of {@link #GROUP}, left rows in pairs; both sides are
 * padded to that with the table's row of zeros. Instances hold scratch space and are not
 * thread-safe.
 */
public sealed interface Kernel permits ScalarKernel, VectorKernel {

  /** Partial sums of a product. */
  int LANES = 16;

  /** Rows of the left matrix that {@link #multiply} processes at once. */
  int TILE_LEFT = 2;

  /** Rows of the right matrix that {@link #multiply} processes at once. */
  int TILE_RIGHT = 3;

  /** Left rows that are processed at once. */
  int PAIR = 2;

  /** Right rows that are processed at once. */
  int GROUP = 6;

  /** The fastest kernel of this process: SIMD if {@code jdk.incubator.vector} is present. */
  static Kernel fastest() {
    return VectorApi.isPresent() ? new VectorKernel() : new ScalarKernel();
  }

  /**
   * Computes the errors of logistic regression of every left row with every right one: label less
   * probability, where the first right row's label is 1 and the others' are 0.
   *
   * @param errors float[{@link #errorsLength}]; {@link #errorIndex} gives the layout
   */
  void errors(RowSelection left, RowSelection right, int stride, float[] errors);

  /**
   * Moves all rows along their gradients, at their rates, and sets the sums of the gradients'
   * squares. A left row's gradient is taken from the right rows of a group as they were before; a
   * right row's gradient is taken from each left row as it is when its turn comes, which makes a
   * difference only where a row is selected twice on the left, or from one group to the next.
   */
  void applyGradients(RowSelection left, RowSelection right, int stride, float[] errors);

  /** Writes the mean of the left rows into {@code mean}, float[stride]. */
  void mean(RowSelection left, int stride, float[] mean);

  /**
   * Moves all left rows at their rates along one gradient, the difference of two rows.
   *
   * @param after float[stride]
   * @param before float[stride]
   */
  void applySharedGradient(RowSelection left, int stride, float[] after, float[] before);

  /**
   * The products of all rows of two packed matrices: {@code products[i][j] = left[i] · right[j]}.
   *
   * @param left float[m, stride], room for m rounded up to {@link #TILE_LEFT}
   * @param right float[n, stride], room for n rounded up to {@link #TILE_RIGHT}
   * @param products float[m, {@link #paddedColumns}(n)], both rounded up to tiles
   */
  void multiply(float[] left, int m, float[] right, int n, int stride, float[] products);

  /** The number of columns of a matrix of products with n right rows. */
  static int paddedColumns(int n) {
    return roundUp(n, TILE_RIGHT);
  }

  /** The length of the errors of so many left and right rows. */
  static int errorsLength(int left, int right) {
    return roundUp(left, PAIR) / PAIR * LANES * (roundUp(right, GROUP) / GROUP);
  }

  /** The index of the error of a left row with a right row. */
  static int errorIndex(int lefts, int left, int right) {
    int pairs = roundUp(lefts, PAIR) / PAIR;
    int tile = right / GROUP * pairs + left / PAIR;
    return tile * LANES + left % PAIR * (LANES / PAIR) + right % GROUP;
  }

  /** The padded length of a row. */
  static int stride(int dimensions) {
    return roundUp(dimensions, LANES);
  }

  /** The least multiple of {@code multiple} that is not below {@code number}. */
  static int roundUp(int number, int multiple) {
    return (number + multiple - 1) / multiple * multiple;
  }

  /** Adds {@link #LANES} partial sums in the order of a tree: halves, quarters, eighths. */
  static float sum(float[] p, int at) {
    float s0 = (p[at] + p[at + 8]) + (p[at + 4] + p[at + 12]);
    float s1 = (p[at + 1] + p[at + 9]) + (p[at + 5] + p[at + 13]);
    float s2 = (p[at + 2] + p[at + 10]) + (p[at + 6] + p[at + 14]);
    float s3 = (p[at + 3] + p[at + 11]) + (p[at + 7] + p[at + 15]);
    return (s0 + s2) + (s1 + s3);
  }
}
