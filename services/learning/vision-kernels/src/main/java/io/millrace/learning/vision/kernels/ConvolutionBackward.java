package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * The backward pass of a {@link WinogradConvolution}, over the sparse {@link MaxPoolGradient}
 * alone. Sums up the gradients of the weights over images until {@link #drainGradients}. Not
 * thread-safe.
 */
final class ConvolutionBackward {

  private static final int TAPS = PooledConvolution.TAPS;

  private final PaddedShape input;
  private final PaddedShape output;
  private final MaxPoolGradient winners;
  private final SparseConvolutionBackward product;
  private final float[] weights;
  private final float[] weightSums;
  private final float[] biasSums;

  ConvolutionBackward(PaddedShape input, PaddedShape output) {
    this.input = input;
    this.output = output;
    this.winners = new MaxPoolGradient(input, output);
    this.product = new SparseConvolutionBackward(input.channels(), input.rowStride());
    this.weights = new float[output.channels() * product.weights()];
    this.weightSums = new float[weights.length];
    this.biasSums = new float[output.channels()];
  }

  /** Copies weights, {@code float[outputs, inputs, 3, 3]} from an offset on, into its layout. */
  void load(float[] parameters, int weightAt) {
    int inputs = input.channels();
    for (int o = 0; o < output.channels(); o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          weights[(o * TAPS + tap) * inputs + i] =
              parameters[weightAt + (o * inputs + i) * TAPS + tap];
        }
      }
    }
  }

  /**
   * Passes an image back.
   *
   * @param in as it was passed forward
   * @param won the winners that were written then
   * @param d the gradient of the output, {@code float[height, width, channels]}
   * @param inD the gradient of the input, padded; written, the padding with meaningless numbers
   */
  void backward(float[] in, int from, float[] won, int wonAt, float[] d, int dFrom, float[] inD) {
    winners.collect(from, won, wonAt, d, dFrom);
    Arrays.fill(inD, 0);
    for (int o = 0; o < output.channels(); o++) {
      product.addWeightGradient(in, winners, o, weightSums);
      product.addInputGradient(weights, winners, from, o, inD);
      float sum = biasSums[o];
      for (int k = winners.begin(o); k < winners.end(o); k++) {
        sum += winners.gradients[k];
      }
      biasSums[o] = sum;
    }
  }

  /**
   * Writes the gradients summed up since the last call into a vector of gradients, in PyTorch's
   * layout.
   */
  void drainGradients(float[] gradient, int weightAt, int biasAt) {
    int inputs = input.channels();
    System.arraycopy(biasSums, 0, gradient, biasAt, biasSums.length);
    for (int o = 0; o < output.channels(); o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          gradient[weightAt + (o * inputs + i) * TAPS + tap] =
              weightSums[(o * TAPS + tap) * inputs + i];
        }
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
