package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of a matrix and a transposed one: {@code out[n, o] = bias[o] + Σ_i in[n, i] ·
 * weight[o, i]}.
 *
 * <p>Four rows of either side are multiplied at once, so that each number loaded is used four
 * times. Here the lanes run over the terms of a sum, and are added in their order at its end. Where
 * fewer than four rows are left, the last is computed again. Allocates nothing; not thread-safe.
 */
final class DenseKernel {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();

  /** Rows of either side in a tile. */
  private static final int TILE = 4;

  private final int inputs;
  private final int outputs;
  private final float[] sums = new float[TILE * TILE * WIDTH];
  private final int[] x = new int[TILE];
  private final int[] w = new int[TILE];

  /**
   * A product.
   *
   * @param inputs numbers of a row, a multiple of {@link VectorLanes#BLOCK}
   * @param outputs rows of weights
   */
  DenseKernel(int inputs, int outputs) {
    if (inputs % VectorLanes.BLOCK != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32, were " + inputs);
    }
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /**
   * Computes them all.
   *
   * @param in {@code float[count, inputs]}
   * @param weights {@code float[outputs, inputs]} from the offset on
   * @param bias {@code float[outputs]}
   * @param out {@code float[count, outputs]}
   */
  void rows(float[] in, int count, float[] weights, int from, float[] bias, float[] out) {
    for (int n = 0; n < count; n += TILE) {
      for (int o = 0; o < outputs; o += TILE) {
        for (int k = 0; k < TILE; k++) {
          x[k] = Math.min(n + k, count - 1) * inputs;
          w[k] = from + Math.min(o + k, outputs - 1) * inputs;
        }
        tile(in, weights);
        for (int k = 0; k < TILE * TILE; k++) {
          int row = Math.min(n + k / TILE, count - 1);
          int output = Math.min(o + k % TILE, outputs - 1);
          out[row * outputs + output] = bias[output] + sum(k * WIDTH);
        }
      }
    }
  }

  private float sum(int from) {
    float sum = 0;
    for (int lane = 0; lane < WIDTH; lane++) {
      sum += sums[from + lane];
    }
    return sum;
  }

  private void tile(float[] in, float[] weights) {
    int x0 = x[0];
    int x1 = x[1];
    int x2 = x[2];
    int x3 = x[3];
    int w0 = w[0];
    int w1 = w[1];
    int w2 = w[2];
    int w3 = w[3];
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s20 = s00;
    FloatVector s21 = s00;
    FloatVector s22 = s00;
    FloatVector s23 = s00;
    FloatVector s30 = s00;
    FloatVector s31 = s00;
    FloatVector s32 = s00;
    FloatVector s33 = s00;
    for (int i = 0; i < inputs; i += WIDTH) {
      FloatVector a = FloatVector.fromArray(SPECIES, weights, w0 + i);
      FloatVector b = FloatVector.fromArray(SPECIES, weights, w1 + i);
      FloatVector c = FloatVector.fromArray(SPECIES, weights, w2 + i);
      FloatVector d = FloatVector.fromArray(SPECIES, weights, w3 + i);
      FloatVector v = FloatVector.fromArray(SPECIES, in, x0 + i);
      s00 = v.fma(a, s00);
      s01 = v.fma(b, s01);
      s02 = v.fma(c, s02);
      s03 = v.fma(d, s03);
      v = FloatVector.fromArray(SPECIES, in, x1 + i);
      s10 = v.fma(a, s10);
      s11 = v.fma(b, s11);
      s12 = v.fma(c, s12);
      s13 = v.fma(d, s13);
      v = FloatVector.fromArray(SPECIES, in, x2 + i);
      s20 = v.fma(a, s20);
      s21 = v.fma(b, s21);
      s22 = v.fma(c, s22);
      s23 = v.fma(d, s23);
      v = FloatVector.fromArray(SPECIES, in, x3 + i);
      s30 = v.fma(a, s30);
      s31 = v.fma(b, s31);
      s32 = v.fma(c, s32);
      s33 = v.fma(d, s33);
    }
    s00.intoArray(sums, 0);
    s01.intoArray(sums, WIDTH);
    s02.intoArray(sums, 2 * WIDTH);
    s03.intoArray(sums, 3 * WIDTH);
    s10.intoArray(sums, 4 * WIDTH);
    s11.intoArray(sums, 5 * WIDTH);
    s12.intoArray(sums, 6 * WIDTH);
    s13.intoArray(sums, 7 * WIDTH);
    s20.intoArray(sums, 8 * WIDTH);
    s21.intoArray(sums, 9 * WIDTH);
    s22.intoArray(sums, 10 * WIDTH);
    s23.intoArray(sums, 11 * WIDTH);
    s30.intoArray(sums, 12 * WIDTH);
    s31.intoArray(sums, 13 * WIDTH);
    s32.intoArray(sums, 14 * WIDTH);
    s33.intoArray(sums, 15 * WIDTH);
  }
}
