package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A row of output pixels of a convolution, each computed from some input pixels around it, the
 * taps: {@code out[p, o] = bias[o] + Σ_t Σ_i in[p · inStride + tap_t + i] · weight[t, i, o]}. Rows
 * of a convolution, of its backward pass to the input, and of the phases of a deconvolution are all
 * of this form.
 *
 * <p>Weights are {@code float[taps, inputs, outputs]}; outputs are a multiple of {@link
 * VectorLanes#BLOCK}. Seven pixels by two vectors of outputs are summed up at once, in registers:
 * 14 sums, two weights and a number of the input fill the 16 registers of AVX2, and reach nine
 * tenths of the peak with the 32 of AVX-512. The sums are local variables, since an array's
 * elements would not stay in registers. Allocates nothing; safe for several threads.
 */
final class ConvolutionRowKernel {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();

  /** Pixels in a tile. */
  private static final int TILE = 7;

  private final int[] taps;
  private final int inputs;
  private final int outputs;
  private final int inStride;
  private final int outStride;

  /**
   * A product.
   *
   * @param taps where the taps begin, from where the pixel's input begins
   * @param inputs numbers of a tap
   * @param outputs numbers of an output pixel
   * @param inStride from the input of one pixel to that of the next
   * @param outStride from one output pixel to the next
   */
  ConvolutionRowKernel(int[] taps, int inputs, int outputs, int inStride, int outStride) {
    if (outputs % VectorLanes.BLOCK != 0) {
      throw new IllegalArgumentException("outputs must be a multiple of 32, were " + outputs);
    }
    this.taps = taps.clone();
    this.inputs = inputs;
    this.outputs = outputs;
    this.inStride = inStride;
    this.outStride = outStride;
  }

  /** The length of the weights. */
  int weights() {
    return taps.length * inputs * outputs;
  }

  /**
   * Computes a row.
   *
   * @param from where the first pixel's input begins
   * @param weights from {@code weightsAt} on
   * @param bias {@code float[outputs]}
   * @param at where the first pixel goes
   */
  void row(
      float[] in,
      int from,
      float[] weights,
      int weightsAt,
      float[] bias,
      float[] out,
      int at,
      int pixels) {
    for (int o = 0; o < outputs; o += 2 * WIDTH) {
      if (pixels < TILE) {
        for (int p = 0; p < pixels; p++) {
          one(
              in,
              from + p * inStride,
              weights,
              weightsAt + o,
              bias,
              o,
              out,
              at + p * outStride + o);
        }
      } else {
        for (int p = 0; p < pixels; p += TILE) {
          // The last tile may overlap the one before: the same numbers are computed again.
          int first = Math.min(p, pixels - TILE);
          seven(
              in,
              from + first * inStride,
              weights,
              weightsAt + o,
              bias,
              o,
              out,
              at + first * outStride + o);
        }
      }
    }
  }

  private void seven(
      float[] in,
      int from,
      float[] weights,
      int weightsAt,
      float[] bias,
      int o,
      float[] out,
      int at) {
    int s = inStride;
    FloatVector left = FloatVector.fromArray(SPECIES, bias, o);
    FloatVector right = FloatVector.fromArray(SPECIES, bias, o + WIDTH);
    FloatVector a0 = left;
    FloatVector a1 = left;
    FloatVector a2 = left;
    FloatVector a3 = left;
    FloatVector a4 = left;
    FloatVector a5 = left;
    FloatVector a6 = left;
    FloatVector b0 = right;
    FloatVector b1 = right;
    FloatVector b2 = right;
    FloatVector b3 = right;
    FloatVector b4 = right;
    FloatVector b5 = right;
    FloatVector b6 = right;
    int w = weightsAt;
    for (int tap : taps) {
      int end = from + tap + inputs;
      for (int i = from + tap; i < end; i++) {
        FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
        FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + WIDTH);
        w += outputs;
        FloatVector x = FloatVector.broadcast(SPECIES, in[i]);
        a0 = x.fma(w0, a0);
        b0 = x.fma(w1, b0);
        x = FloatVector.broadcast(SPECIES, in[i + s]);
        a1 = x.fma(w0, a1);
        b1 = x.fma(w1, b1);
        x = FloatVector.broadcast(SPECIES, in[i + 2 * s]);
        a2 = x.fma(w0, a2);
        b2 = x.fma(w1, b2);
        x = FloatVector.broadcast(SPECIES, in[i + 3 * s]);
        a3 = x.fma(w0, a3);
        b3 = x.fma(w1, b3);
        x = FloatVector.broadcast(SPECIES, in[i + 4 * s]);
        a4 = x.fma(w0, a4);
        b4 = x.fma(w1, b4);
        x = FloatVector.broadcast(SPECIES, in[i + 5 * s]);
        a5 = x.fma(w0, a5);
        b5 = x.fma(w1, b5);
        x = FloatVector.broadcast(SPECIES, in[i + 6 * s]);
        a6 = x.fma(w0, a6);
        b6 = x.fma(w1, b6);
      }
    }
    store(a0, b0, out, at);
    store(a1, b1, out, at + outStride);
    store(a2, b2, out, at + 2 * outStride);
    store(a3, b3, out, at + 3 * outStride);
    store(a4, b4, out, at + 4 * outStride);
    store(a5, b5, out, at + 5 * outStride);
    store(a6, b6, out, at + 6 * outStride);
  }

  private void one(
      float[] in,
      int from,
      float[] weights,
      int weightsAt,
      float[] bias,
      int o,
      float[] out,
      int at) {
    FloatVector a = FloatVector.fromArray(SPECIES, bias, o);
    FloatVector b = FloatVector.fromArray(SPECIES, bias, o + WIDTH);
    int w = weightsAt;
    for (int tap : taps) {
      int end = from + tap + inputs;
      for (int i = from + tap; i < end; i++) {
        FloatVector x = FloatVector.broadcast(SPECIES, in[i]);
        a = x.fma(FloatVector.fromArray(SPECIES, weights, w), a);
        b = x.fma(FloatVector.fromArray(SPECIES, weights, w + WIDTH), b);
        w += outputs;
      }
    }
    store(a, b, out, at);
  }

  private static void store(FloatVector a, FloatVector b, float[] out, int at) {
    a.intoArray(out, at);
    b.intoArray(out, at + WIDTH);
  }
}
