package io.millrace.learning.vision.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The backward pass of a {@link PooledConvolution} of images, whose own gradient is not needed:
 * that of the weights alone. Each of the four pixels that were pooled to one gives the gradient to
 * the outputs whose maximum it was; this times its window is added to the gradient of the weights.
 * A vector of outputs is summed up for all nine taps at once, in registers.
 *
 * <p>Sums up over images until {@link #drainGradients}. Not thread-safe.
 */
final class PooledConvolutionBackward {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int TAPS = PooledConvolution.TAPS;

  /** The pixels that are pooled to one. */
  private static final int POOLED = 4;

  private final PaddedShape input;
  private final PaddedShape output;

  /** {@code float[inputs, taps, outputs]}. */
  private final float[] weightSums;

  private final float[] biasSums;

  PooledConvolutionBackward(PaddedShape input, PaddedShape output) {
    this.input = input;
    this.output = output;
    this.weightSums = new float[input.channels() * TAPS * output.channels()];
    this.biasSums = new float[output.channels()];
  }

  /**
   * Adds an image's part to the gradients.
   *
   * @param in as it was passed forward
   * @param won the winners that were written then
   * @param d the gradient of the output, in its layout
   */
  void backward(float[] in, int from, float[] won, int wonAt, float[] d) {
    int outputs = output.channels();
    for (int o = 0; o < outputs; o += SPECIES.length()) {
      for (int i = 0; i < input.channels(); i++) {
        addWeights(in, from + i, won, wonAt + o, d, o, i * TAPS * outputs + o);
      }
      addBias(won, wonAt + o, d, o);
    }
  }

  private void addWeights(float[] in, int from, float[] won, int wonAt, float[] d, int o, int at) {
    int outputs = output.channels();
    int across = input.channels();
    int below = input.rowStride();
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector s0 = FloatVector.fromArray(SPECIES, weightSums, at);
    FloatVector s1 = FloatVector.fromArray(SPECIES, weightSums, at + outputs);
    FloatVector s2 = FloatVector.fromArray(SPECIES, weightSums, at + 2 * outputs);
    FloatVector s3 = FloatVector.fromArray(SPECIES, weightSums, at + 3 * outputs);
    FloatVector s4 = FloatVector.fromArray(SPECIES, weightSums, at + 4 * outputs);
    FloatVector s5 = FloatVector.fromArray(SPECIES, weightSums, at + 5 * outputs);
    FloatVector s6 = FloatVector.fromArray(SPECIES, weightSums, at + 6 * outputs);
    FloatVector s7 = FloatVector.fromArray(SPECIES, weightSums, at + 7 * outputs);
    FloatVector s8 = FloatVector.fromArray(SPECIES, weightSums, at + 8 * outputs);
    int w = wonAt;
    for (int y = 0; y < output.height(); y++) {
      int g = output.offset(y, 0) + o;
      int row = from + 2 * y * below;
      for (int x = 0; x < output.width(); x++) {
        FloatVector gradient = FloatVector.fromArray(SPECIES, d, g);
        FloatVector winner = FloatVector.fromArray(SPECIES, won, w);
        g += outputs;
        w += outputs;
        for (int pixel = 0; pixel < POOLED; pixel++) {
          FloatVector its = zero.blend(gradient, winner.compare(VectorOperators.EQ, (float) pixel));
          int at0 = row + (pixel >> 1) * below + (2 * x + (pixel & 1)) * across;
          s0 = its.fma(FloatVector.broadcast(SPECIES, in[at0]), s0);
          s1 = its.fma(FloatVector.broadcast(SPECIES, in[at0 + across]), s1);
          s2 = its.fma(FloatVector.broadcast(SPECIES, in[at0 + 2 * across]), s2);
          int at1 = at0 + below;
          s3 = its.fma(FloatVector.broadcast(SPECIES, in[at1]), s3);
          s4 = its.fma(FloatVector.broadcast(SPECIES, in[at1 + across]), s4);
          s5 = its.fma(FloatVector.broadcast(SPECIES, in[at1 + 2 * across]), s5);
          int at2 = at1 + below;
          s6 = its.fma(FloatVector.broadcast(SPECIES, in[at2]), s6);
          s7 = its.fma(FloatVector.broadcast(SPECIES, in[at2 + across]), s7);
          s8 = its.fma(FloatVector.broadcast(SPECIES, in[at2 + 2 * across]), s8);
        }
      }
    }
    s0.intoArray(weightSums, at);
    s1.intoArray(weightSums, at + outputs);
    s2.intoArray(weightSums, at + 2 * outputs);
    s3.intoArray(weightSums, at + 3 * outputs);
    s4.intoArray(weightSums, at + 4 * outputs);
    s5.intoArray(weightSums, at + 5 * outputs);
    s6.intoArray(weightSums, at + 6 * outputs);
    s7.intoArray(weightSums, at + 7 * outputs);
    s8.intoArray(weightSums, at + 8 * outputs);
  }

  /** Adds the gradients that the ReLU let through. */
  private void addBias(float[] won, int wonAt, float[] d, int o) {
    int outputs = output.channels();
    FloatVector zero = FloatVector.zero(SPECIES);
    FloatVector sum = FloatVector.fromArray(SPECIES, biasSums, o);
    int w = wonAt;
    for (int y = 0; y < output.height(); y++) {
      int g = output.offset(y, 0) + o;
      for (int x = 0; x < output.width(); x++) {
        FloatVector winner = FloatVector.fromArray(SPECIES, won, w);
        FloatVector gradient = FloatVector.fromArray(SPECIES, d, g);
        sum = sum.add(gradient.blend(zero, winner.compare(VectorOperators.LT, 0f)));
        g += outputs;
        w += outputs;
      }
    }
    sum.intoArray(biasSums, o);
  }

  /**
   * Writes the gradients summed up since the last call into a vector of gradients, in PyTorch's
   * layout.
   */
  void drainGradients(float[] target, int weightAt, int biasAt) {
    int outputs = output.channels();
    int terms = input.channels() * TAPS;
    System.arraycopy(biasSums, 0, target, biasAt, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int term = 0; term < terms; term++) {
        target[weightAt + o * terms + term] = weightSums[term * outputs + o];
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
