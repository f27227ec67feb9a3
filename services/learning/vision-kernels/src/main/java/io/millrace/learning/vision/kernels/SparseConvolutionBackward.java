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
  private final int rowStep;

  /**
   * A product.
   *
   * @param inputs numbers of a pixel of the input, a multiple of {@link VectorLanes#BLOCK}
   * @param rowStep from a pixel of the input to the one below it
   */
  SparseConvolutionBackward(int inputs, int rowStep) {
    if (inputs % VectorLanes.BLOCK != 0) {
      throw new IllegalArgumentException("inputs must be a multiple of 32, were " + inputs);
    }
    this.inputs = inputs;
    this.rowStep = rowStep;
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
    int step = inputs;
    FloatVector s0 = FloatVector.fromArray(SPECIES, sums, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, sums, at + step);
    FloatVector s2 = FloatVector.fromArray(SPECIES, sums, at + 2 * step);
    FloatVector s3 = FloatVector.fromArray(SPECIES, sums, at + 3 * step);
    FloatVector s4 = FloatVector.fromArray(SPECIES, sums, at + 4 * step);
    FloatVector s5 = FloatVector.fromArray(SPECIES, sums, at + 5 * step);
    FloatVector s6 = FloatVector.fromArray(SPECIES, sums, at + 6 * step);
    FloatVector s7 = FloatVector.fromArray(SPECIES, sums, at + 7 * step);
    FloatVector s8 = FloatVector.fromArray(SPECIES, sums, at + 8 * step);
    for (int k = begin; k < end; k++) {
      FloatVector g = FloatVector.broadcast(SPECIES, gradients[k]);
      int x = windows[k] + shift;
      s0 = g.fma(FloatVector.fromArray(SPECIES, in, x), s0);
      s1 = g.fma(FloatVector.fromArray(SPECIES, in, x + step), s1);
      s2 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * step), s2);
      x += rowStep;
      s3 = g.fma(FloatVector.fromArray(SPECIES, in, x), s3);
      s4 = g.fma(FloatVector.fromArray(SPECIES, in, x + step), s4);
      s5 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * step), s5);
      x += rowStep;
      s6 = g.fma(FloatVector.fromArray(SPECIES, in, x), s6);
      s7 = g.fma(FloatVector.fromArray(SPECIES, in, x + step), s7);
      s8 = g.fma(FloatVector.fromArray(SPECIES, in, x + 2 * step), s8);
    }
    s0.intoArray(sums, at);
    s1.intoArray(sums, at + step);
    s2.intoArray(sums, at + 2 * step);
    s3.intoArray(sums, at + 3 * step);
    s4.intoArray(sums, at + 4 * step);
    s5.intoArray(sums, at + 5 * step);
    s6.intoArray(sums, at + 6 * step);
    s7.intoArray(sums, at + 7 * step);
    s8.intoArray(sums, at + 8 * step);
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
    int step = inputs;
    FloatVector w0 = FloatVector.fromArray(SPECIES, weights, at);
    FloatVector w1 = FloatVector.fromArray(SPECIES, weights, at + step);
    FloatVector w2 = FloatVector.fromArray(SPECIES, weights, at + 2 * step);
    FloatVector w3 = FloatVector.fromArray(SPECIES, weights, at + 3 * step);
    FloatVector w4 = FloatVector.fromArray(SPECIES, weights, at + 4 * step);
    FloatVector w5 = FloatVector.fromArray(SPECIES, weights, at + 5 * step);
    FloatVector w6 = FloatVector.fromArray(SPECIES, weights, at + 6 * step);
    FloatVector w7 = FloatVector.fromArray(SPECIES, weights, at + 7 * step);
    FloatVector w8 = FloatVector.fromArray(SPECIES, weights, at + 8 * step);
    for (int k = begin; k < end; k++) {
      FloatVector g = FloatVector.broadcast(SPECIES, gradients[k]);
      int x = windows[k] + shift;
      g.fma(w0, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w1, FloatVector.fromArray(SPECIES, d, x + step)).intoArray(d, x + step);
      g.fma(w2, FloatVector.fromArray(SPECIES, d, x + 2 * step)).intoArray(d, x + 2 * step);
      x += rowStep;
      g.fma(w3, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w4, FloatVector.fromArray(SPECIES, d, x + step)).intoArray(d, x + step);
      g.fma(w5, FloatVector.fromArray(SPECIES, d, x + 2 * step)).intoArray(d, x + 2 * step);
      x += rowStep;
      g.fma(w6, FloatVector.fromArray(SPECIES, d, x)).intoArray(d, x);
      g.fma(w7, FloatVector.fromArray(SPECIES, d, x + step)).intoArray(d, x + step);
      g.fma(w8, FloatVector.fromArray(SPECIES, d, x + 2 * step)).intoArray(d, x + 2 * step);
    }
  }
}
