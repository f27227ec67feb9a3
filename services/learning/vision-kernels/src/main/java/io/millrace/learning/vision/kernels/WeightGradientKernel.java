package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The gradient of the weights of a {@link ConvolutionRowKernel} over an image, a sum of outer
 * products: {@code sums[k, o] += Σ_p in[p · inStride + offset_k] · d[p · dStride + o]}, pixels row
 * by row.
 *
 * <p>Eight inputs by two vectors of outputs are summed up at once, in registers. Allocates nothing;
 * not thread-safe.
 */
final class WeightGradientKernel {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();

  /** Inputs in a tile. */
  static final int TILE = 8;

  /** How one side moves from pixel to pixel and from row to row. */
  record Strides(int pixel, int row) {}

  private final int[] taps;
  private final int inputs;
  private final int outputs;
  private final Strides in;
  private final Strides d;
  private final float[] tile = new float[2 * TILE * WIDTH];

  /**
   * A product.
   *
   * @param taps where the taps begin, from where the pixel's input begins
   * @param inputs numbers of a tap, a multiple of {@value #TILE}
   * @param outputs numbers of an output pixel, a multiple of {@link VectorLanes#BLOCK}
   * @param in how the input moves
   * @param d how the output's gradient moves
   */
  WeightGradientKernel(int[] taps, int inputs, int outputs, Strides in, Strides d) {
    if (inputs % TILE != 0 || outputs % VectorLanes.BLOCK != 0) {
      throw new IllegalArgumentException("not whole tiles: " + inputs + " x " + outputs);
    }
    this.taps = taps.clone();
    this.inputs = inputs;
    this.outputs = outputs;
    this.in = in;
    this.d = d;
  }

  /** The length of the sums. */
  int sums() {
    return taps.length * inputs * outputs;
  }

  /**
   * Adds an image's part.
   *
   * @param sums {@code float[taps, inputs, outputs]}, from {@code sumsAt} on
   */
  void add(
      float[] x,
      int from,
      float[] gradient,
      int dFrom,
      float[] sums,
      int sumsAt,
      int rows,
      int pixels) {
    int at = sumsAt;
    for (int tap : taps) {
      for (int i = 0; i < inputs; i += TILE) {
        for (int o = 0; o < outputs; o += 2 * WIDTH) {
          tile(x, from + tap + i, gradient, dFrom + o, rows, pixels);
          add(sums, at + o);
        }
        at += TILE * outputs;
      }
    }
  }

  private void tile(float[] x, int from, float[] y, int dFrom, int rows, int pixels) {
    FloatVector a0 = FloatVector.zero(SPECIES);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector a4 = a0;
    FloatVector a5 = a0;
    FloatVector a6 = a0;
    FloatVector a7 = a0;
    FloatVector b0 = a0;
    FloatVector b1 = a0;
    FloatVector b2 = a0;
    FloatVector b3 = a0;
    FloatVector b4 = a0;
    FloatVector b5 = a0;
    FloatVector b6 = a0;
    FloatVector b7 = a0;
    int inStride = in.pixel();
    int dStride = d.pixel();
    for (int row = 0; row < rows; row++) {
      int i = from + row * in.row();
      int j = dFrom + row * d.row();
      for (int p = 0; p < pixels; p++) {
        FloatVector d0 = FloatVector.fromArray(SPECIES, y, j);
        FloatVector d1 = FloatVector.fromArray(SPECIES, y, j + WIDTH);
        FloatVector v = FloatVector.broadcast(SPECIES, x[i]);
        a0 = v.fma(d0, a0);
        b0 = v.fma(d1, b0);
        v = FloatVector.broadcast(SPECIES, x[i + 1]);
        a1 = v.fma(d0, a1);
        b1 = v.fma(d1, b1);
        v = FloatVector.broadcast(SPECIES, x[i + 2]);
        a2 = v.fma(d0, a2);
        b2 = v.fma(d1, b2);
        v = FloatVector.broadcast(SPECIES, x[i + 3]);
        a3 = v.fma(d0, a3);
        b3 = v.fma(d1, b3);
        v = FloatVector.broadcast(SPECIES, x[i + 4]);
        a4 = v.fma(d0, a4);
        b4 = v.fma(d1, b4);
        v = FloatVector.broadcast(SPECIES, x[i + 5]);
        a5 = v.fma(d0, a5);
        b5 = v.fma(d1, b5);
        v = FloatVector.broadcast(SPECIES, x[i + 6]);
        a6 = v.fma(d0, a6);
        b6 = v.fma(d1, b6);
        v = FloatVector.broadcast(SPECIES, x[i + 7]);
        a7 = v.fma(d0, a7);
        b7 = v.fma(d1, b7);
        i += inStride;
        j += dStride;
      }
    }
    a0.intoArray(tile, 0);
    b0.intoArray(tile, WIDTH);
    a1.intoArray(tile, 2 * WIDTH);
    b1.intoArray(tile, 3 * WIDTH);
    a2.intoArray(tile, 4 * WIDTH);
    b2.intoArray(tile, 5 * WIDTH);
    a3.intoArray(tile, 6 * WIDTH);
    b3.intoArray(tile, 7 * WIDTH);
    a4.intoArray(tile, 8 * WIDTH);
    b4.intoArray(tile, 9 * WIDTH);
    a5.intoArray(tile, 10 * WIDTH);
    b5.intoArray(tile, 11 * WIDTH);
    a6.intoArray(tile, 12 * WIDTH);
    b6.intoArray(tile, 13 * WIDTH);
    a7.intoArray(tile, 14 * WIDTH);
    b7.intoArray(tile, 15 * WIDTH);
  }

  /** Adds a tile to the sums. */
  private void add(float[] sums, int at) {
    for (int k = 0; k < TILE; k++) {
      for (int half = 0; half < 2; half++) {
        int to = at + k * outputs + half * WIDTH;
        FloatVector.fromArray(SPECIES, sums, to)
            .add(FloatVector.fromArray(SPECIES, tile, (2 * k + half) * WIDTH))
            .intoArray(sums, to);
      }
    }
  }
}
