package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * The backward pass of a {@link PooledConvolution} of images, whose own gradient is not needed. Few
 * channels make windows too short for the vectors, so this is the im2col method, two rows at a
 * time, which stay in the cache:
 *
 * <ol>
 *   <li>The gradient of the pooled row goes to the pixels that were the largest ({@link
 *       MaxPooling#backward}).
 *   <li>The windows of the two rows are copied, each in one piece.
 *   <li>The product of windows and gradients is added to the gradient of the weights ({@link
 *       WeightGradientKernel}).
 * </ol>
 *
 * <p>Sums up the gradients over images until {@link #drainGradients}. Not thread-safe.
 */
final class Im2colBackward {

  private static final int TAPS = PooledConvolution.TAPS;

  private final PaddedShape input;
  private final PaddedShape output;
  private final int inputs;
  private final int[] taps;
  private final WeightGradientKernel product;
  private final float[] windows;
  private final float[] gradient;
  private final float[] weightSums;
  private final float[] biasSums;

  Im2colBackward(PaddedShape input, PaddedShape output) {
    this.input = input;
    this.output = output;
    this.taps = PooledConvolution.taps(input);
    this.inputs =
        Math.ceilDiv(TAPS * input.channels(), WeightGradientKernel.TILE)
            * WeightGradientKernel.TILE;
    int outputs = output.channels();
    int width = 2 * output.width();
    this.product =
        new WeightGradientKernel(
            new int[] {0},
            inputs,
            outputs,
            new WeightGradientKernel.Strides(inputs, width * inputs),
            new WeightGradientKernel.Strides(outputs, width * outputs));
    this.windows = new float[2 * width * inputs];
    this.gradient = new float[2 * width * outputs];
    this.weightSums = new float[product.sums()];
    this.biasSums = new float[outputs];
  }

  /**
   * Passes an image back, two rows at a time, which stay in the cache.
   *
   * @param in as it was passed forward
   * @param won as it was written then
   * @param d of what was given, in the output's layout
   */
  void backward(float[] in, int from, float[] won, int wonAt, float[] d) {
    int outputs = output.channels();
    int pixels = output.width();
    int row = pixels * outputs;
    for (int y = 0; y < output.height(); y++) {
      MaxPooling.backward(
          d,
          output.offset(y, 0),
          won,
          wonAt + y * row,
          outputs,
          pixels,
          gradient,
          0,
          2 * row,
          biasSums);
      copyWindows(in, from + 2 * y * input.rowStride(), 0);
      copyWindows(in, from + (2 * y + 1) * input.rowStride(), 2 * pixels * inputs);
      product.add(windows, 0, gradient, 0, weightSums, 0, 2, 2 * pixels);
    }
  }

  /** Copies the windows of a row of pixels. */
  private void copyWindows(float[] in, int from, int at) {
    int channels = input.channels();
    for (int x = 0; x < 2 * output.width(); x++) {
      int source = from + x * channels;
      int target = at + x * inputs;
      for (int tap : taps) {
        for (int c = 0; c < channels; c++) {
          windows[target++] = in[source + tap + c];
        }
      }
    }
  }

  /**
   * Writes the gradients summed up since the last call into a vector of gradients, in PyTorch's
   * layout.
   */
  void drainGradients(float[] target, int weightAt, int biasAt) {
    int channels = input.channels();
    int outputs = output.channels();
    System.arraycopy(biasSums, 0, target, biasAt, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < channels; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          target[weightAt + (o * channels + i) * TAPS + tap] =
              weightSums[(tap * channels + i) * outputs + o];
        }
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
