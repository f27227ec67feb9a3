package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The backward kernels of a convolution with a 3 x 3 kernel over the sparse {@link MaxPoolGradient}
 * of its output. For each number of that: the gradient times its window, which adds to the gradient
 * of the weights; or the gradient times the weights, which adds to the gradient of the window. A
 * vector of inputs is computed for all nine taps at once, in registers. Allocates nothing; safe for
 * several threads.
 */
final class SparseConvolutionBackward {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();
  private static final int TAPS = 9;

  private final int inputs;
  private final int rowStride;

  /**
   * A product.
   *
   * @param inputs numbers of a pixel of the input, a multiple of {@link VectorLanes#BLOCK}
   * @param rowStride from a pixel of the input to the one below it
   */
  SparseConvolutionBackward(int inputs, int rowStride) {
    if (inputs % VectorLanes.BLOCK != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32, were " + inputs);
    }
    this.inputs = inputs;
    this.rowStride = rowStride;
  }

  /** The length of an output channel's weights. */
  int weights() {
    return TAPS * inputs;
  }

  /** Adds to the gradient of an output channel's weights, {@code float[taps, inputs]}. */
  void addWeightGradient(float[] in, MaxPoolGradient winners, int output, float[] sums) {
    int begin = winners.begin(output);
    int end = winners.end(output);
    for (int i = 0; i < inputs; i += WIDTH) {
      gather(in, i, winners, begin, end, sums, output * weights() + i);
    }
  }

  private void gather(
      float[] in, int shift, MaxPoolGradient winners, int begin, int end, float[] sums, int at) {
    float[] gradients = winners.gradients;
    int[] windows = winners.windows;
    int stride = inputs;
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, at + stride);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, at + 2 * stride);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, at + 3 * stride);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, at + 4 * stride);
    FloatVector s5 = FloatVector.fromArray(SPECIES, sums, at + 5 * stride);
    FloatVector s6 = FloatVector.fromArray(SPECIES, sums, at + 6 * stride);
    FloatVector s7 = FloatVector.fromArray(SPECIES, sums, at + 7 * stride);
    FloatVector s8 = FloatVector.fromArray(SPECIES, sums, at + 8 * stride);
    for (int k = begin; k < end; k++) {
      FloatVector g = FloatVector.broadcast(SPECIES, gradients[k]);
      int x = windows[k] + shift;
      s0 = g.fma(FloatVector.fromArray(SPECIES, in, x), s0);
      s1 = g.fma(FloatVector.fromArray(SPECIES, in, x + stride), s1);
      s2 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * stride), s2);
      x += rowStride;
      s3 = g.fma(FloatVector.fromArray(SPECIES, in, x), s3);
      s4 = g.fma(FloatVector.fromArray(SPECIES, in, x + stride), s4);
      s5 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * stride), s5);
      x += rowStride;
      s6 = g.fma(FloatVector.fromArray(SPECIES, in, x), s6);
      s7 = g.fma(FloatVector.fromArray(SPECIES, in, x + stride), s7);
      s8 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * stride), s8);
    }
    s0.intoArray(sums, at);
    s1.intoArray(sums, at + stride);
    s2.intoArray(sums, at + 2 * stride);
    s3.intoArray(sums, at + 3 * stride);
    s4.intoArray(sums, at + 4 * stride);
    s5.intoArray(sums, at + 5 * stride);
    s6.intoArray(sums, at + 6 * stride);
    s7.intoArray(sums, at + 7 * stride);
    s8.intoArray(sums, at + 8 * stride);
  }

  /**
   * Adds to the gradient of the input.
   *
   * @param from where the image's input begins among those that the windows are in
   * @param weights {@code float[outputs, taps, inputs]}
   * @param d of the image's input, framed
   */
  void addInputGradient(float[] weights, MaxPoolGradient winners, int from, int output, float[] d) {
    int begin = winners.begin(output);
    int end = winners.end(output);
    for (int i = 0; i < inputs; i += WIDTH) {
      scatter(weights, output * weights() + i, winners, begin, end, d, i - from);
    }
  }

  private void scatter(
      float[] weights, int at, MaxPoolGradient winners, int begin, int end, float[] d, int shift) {
    float[] gradients = winners.gradients;
    int[] windows = winners.windows;
    int stride = inputs;
    FloatVector w0 = FloatVector.fromArray(SPECIES, weights, at);
    FloatVector w1 = FloatVector.fromArray(SPECIES, weights, at + stride);
    FloatVector w2 = FloatVector.fromArray(SPECIES, weights, at + 2 * stride);
    FloatVector w3 = FloatVector.fromArray(SPECIES, weights, at + 3 * stride);
    FloatVector w4 = FloatVector.fromArray(SPECIES, weights, at + 4 * stride);
    FloatVector w5 = FloatVector.fromArray(SPECIES, weights, at + 5 * stride);
    FloatVector w6 = FloatVector.fromArray(SPECIES, weights, at + 6 * stride);
    FloatVector w7 = FloatVector.fromArray(SPECIES, weights, at + 7 * stride);
    FloatVector w8 = FloatVector.fromArray(SPECIES, weights, at + 8 * stride);
    for (int k = begin; k < end; k++) {
      FloatVector g = FloatVector.broadcast(SPECIES, gradients[k]);
      int x = windows[k] + shift;
      g.fma(w0, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w1, FloatVector.fromArray(SPECIES, d, x + stride)).intoArray(d, x + stride);
      g.fma(w2, FloatVector.fromArray(SPECIES, d, x + 2 * stride)).intoArray(d, x + 2 * stride);
      x += rowStride;
      g.fma(w3, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w4, FloatVector.fromArray(SPECIES, d, x + stride)).intoArray(d, x + stride);
      g.fma(w5, FloatVector.fromArray(SPECIES, d, x + 2 * stride)).intoArray(d, x + 2 * stride);
      x += rowStride;
      g.fma(w6, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w7, FloatVector.fromArray(SPECIES, d, x + stride)).intoArray(d, x + stride);
      g.fma(w8, FloatVector.fromArray(SPECIES, d, x + 2 * stride)).intoArray(d, x + 2 * stride);
    }
  }
}
