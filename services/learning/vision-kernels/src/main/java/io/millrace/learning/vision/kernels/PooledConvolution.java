package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The forward pass of a convolution of few channels with a 3 x 3 kernel, max-pooling by 2 and ReLU,
 * one image at a time. The four pixels that are pooled to one, by two vectors of outputs, are
 * summed up at once, in registers, and never leave them ({@link MaxPooling}).
 *
 * <p>For many channels {@link WinogradConvolution} is faster. The backward pass is {@link
 * PooledConvolutionBackward}. Allocates nothing; not thread-safe.
 */
final class PooledConvolution {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();
  private static final int SIDE = 3;

  /** The pixels of the input from which an output pixel is computed. */
  static final int TAPS = SIDE * SIDE;

  private final PaddedShape input;
  private final PaddedShape output;

  /** Where the terms of a sum are, from the beginning of the window. */
  private final int[] terms;

  private final float[] weights;
  private final float[] bias;

  /**
   * A convolution without weights.
   *
   * @param input with the padding of the convolution
   * @param output of the pooling, its channels a multiple of {@link VectorLanes#BLOCK}
   */
  PooledConvolution(PaddedShape input, PaddedShape output) {
    this.input = input;
    this.output = output;
    int inputs = input.channels();
    this.terms = new int[TAPS * inputs];
    for (int k = 0; k < terms.length; k++) {
      int tap = k / inputs;
      terms[k] = tap / SIDE * input.rowStride() + tap % SIDE * inputs + k % inputs;
    }
    this.weights = new float[terms.length * output.channels()];
    this.bias = new float[output.channels()];
  }

  /** The shape of a convolution's output after the pooling. */
  static PaddedShape pooled(PaddedShape input, int outputs, int padding) {
    int lost = SIDE - 1 - 2 * input.padding();
    return new PaddedShape(
        (input.height() - lost) / 2, (input.width() - lost) / 2, outputs, padding);
  }

  /**
   * Copies weights into the kernel's layout.
   *
   * @param parameters the vector in which they stand
   * @param weightAt where {@code float[outputs, inputs, 3, 3]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void load(float[] parameters, int weightAt, int biasAt) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(parameters, biasAt, bias, 0, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          weights[(tap * inputs + i) * outputs + o] =
              parameters[weightAt + (o * inputs + i) * TAPS + tap];
        }
      }
    }
  }

  /**
   * Passes an image forward.
   *
   * @param in the image, padded, from the offset on
   * @param out the output, padded; the padding is not written
   * @param winners {@code float[height, width, channels]} of the output, for the backward pass
   */
  void forward(float[] in, int from, float[] out, int at, float[] winners, int winnersAt) {
    int outputs = output.channels();
    int pixels = output.width();
    for (int y = 0; y < output.height(); y++) {
      int row = from + 2 * y * input.rowStride();
      int to = at + output.offset(y, 0);
      int won = winnersAt + y * pixels * outputs;
      for (int x = 0; x < pixels; x++) {
        for (int o = 0; o < outputs; o += 2 * WIDTH) {
          int window = row + 2 * x * input.channels();
          pixel(in, window, o, out, to + x * outputs + o, winners, won + x * outputs + o);
        }
      }
    }
  }

  private void pixel(
      float[] in, int from, int o, float[] out, int at, float[] winners, int winnersAt) {
    FloatVector left = FloatVector.fromArray(SPECIES, bias, o);
    FloatVector right = FloatVector.fromArray(SPECIES, bias, o + WIDTH);
    FloatVector a0 = left;
    FloatVector a1 = left;
    FloatVector a2 = left;
    FloatVector a3 = left;
    FloatVector b0 = right;
    FloatVector b1 = right;
    FloatVector b2 = right;
    FloatVector b3 = right;
    int across = input.channels();
    int below = input.rowStride();
    int outputs = output.channels();
    int w = o;
    for (int term : terms) {
      int i = from + term;
      FloatVector w0 = FloatVector.fromArray(SPECIES, weights, w);
      FloatVector w1 = FloatVector.fromArray(SPECIES, weights, w + WIDTH);
      w += outputs;
      FloatVector x = FloatVector.broadcast(SPECIES, in[i]);
      a0 = x.fma(w0, a0);
      b0 = x.fma(w1, b0);
      x = FloatVector.broadcast(SPECIES, in[i + across]);
      a1 = x.fma(w0, a1);
      b1 = x.fma(w1, b1);
      x = FloatVector.broadcast(SPECIES, in[i + below]);
      a2 = x.fma(w0, a2);
      b2 = x.fma(w1, b2);
      x = FloatVector.broadcast(SPECIES, in[i + below + across]);
      a3 = x.fma(w0, a3);
      b3 = x.fma(w1, b3);
    }
    MaxPooling.pool(a0, a1, a2, a3, out, at, winners, winnersAt);
    MaxPooling.pool(b0, b1, b2, b3, out, at + WIDTH, winners, winnersAt + WIDTH);
  }
}
