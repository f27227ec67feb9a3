package io.millrace.learning.vision.simd;

import java.util.Arrays;

/**
 * The way back through a {@link Convolution} of many channels: over the {@link Winners} only. Sums
 * up the gradients of its weights until they are taken. Not thread-safe.
 */
final class InnerGradient {

  private static final int TAPS = Convolution.TAPS;

  private final Plane input;
  private final Plane output;
  private final Winners winners;
  private final WindowProduct product;
  private final float[] weights;
  private final float[] weightSums;
  private final float[] biasSums;

  InnerGradient(Plane input, Plane output) {
    this.input = input;
    this.output = output;
    this.winners = new Winners(input, output);
    this.product = new WindowProduct(input.channels(), input.rowStep());
    this.weights = new float[output.channels() * product.weights()];
    this.weightSums = new float[weights.length];
    this.biasSums = new float[output.channels()];
  }

  /** Takes weights, {@code float[outputs, inputs, 3, 3]}. */
  void load(float[] weight) {
    int inputs = input.channels();
    for (int o = 0; o < output.channels(); o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          weights[(o * TAPS + tap) * inputs + i] = weight[(o * inputs + i) * TAPS + tap];
        }
      }
    }
  }

  /**
   * Passes an image back.
   *
   * @param in as it was passed forward
   * @param won as it was written then
   * @param d of what was given, {@code float[channels, height, width]}
   * @param inD written: of the input, framed; what is in the frame means nothing
   */
  void backward(float[] in, int from, float[] won, int wonAt, float[] d, int dFrom, float[] inD) {
    winners.list(from, won, wonAt, d, dFrom);
    Arrays.fill(inD, 0);
    for (int o = 0; o < output.channels(); o++) {
      product.weights(in, winners, o, weightSums);
      product.input(weights, winners, from, o, inD);
      float sum = biasSums[o];
      for (int k = winners.begin(o); k < winners.end(o); k++) {
        sum += winners.gradients[k];
      }
      biasSums[o] = sum;
    }
  }

  /** Writes the gradients summed up since the last call, in the layouts of {@link #load}. */
  void take(float[] weight, float[] bias) {
    int inputs = input.channels();
    System.arraycopy(biasSums, 0, bias, 0, bias.length);
    for (int o = 0; o < output.channels(); o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          weight[(o * inputs + i) * TAPS + tap] = weightSums[(o * TAPS + tap) * inputs + i];
        }
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
