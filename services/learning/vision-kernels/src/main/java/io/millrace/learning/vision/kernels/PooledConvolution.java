package io.millrace.learning.vision.kernels;

/**
 * The forward pass of a convolution with a 3 x 3 kernel, max-pooling by 2 and ReLU, one image at a
 * time. For each row of the output:
 *
 * <ol>
 *   <li>Two rows of the convolution are computed ({@link ConvolutionRowKernel}).
 *   <li>While they are in the cache they are pooled to one, which records which of four pixels was
 *       the largest ({@link MaxPooling}).
 * </ol>
 *
 * <p>Its backward pass is {@link ConvolutionBackward}, or {@link Im2colBackward} for images. Not
 * thread-safe.
 */
final class PooledConvolution {

  private static final int SIDE = 3;

  /** The pixels of the input from which an output pixel is computed. */
  static final int TAPS = SIDE * SIDE;

  private final PaddedShape input;
  private final PaddedShape output;
  private final ConvolutionRowKernel product;
  private final float[] weights;
  private final float[] bias;
  private final float[] rows;

  /**
   * A convolution without weights.
   *
   * @param input with the padding of the convolution
   * @param outputs channels of the output, a multiple of {@link VectorLanes#BLOCK}
   * @param frame padding of the output
   */
  PooledConvolution(PaddedShape input, int outputs, int frame) {
    this.input = input;
    int lost = SIDE - 1 - 2 * input.padding();
    this.output =
        new PaddedShape((input.height() - lost) / 2, (input.width() - lost) / 2, outputs, frame);
    int channels = input.channels();
    this.product = new ConvolutionRowKernel(taps(input), channels, outputs, channels, outputs);
    this.weights = new float[product.weights()];
    this.bias = new float[outputs];
    this.rows = new float[4 * output.width() * outputs];
  }

  /** The offset of each pixel of a window from the beginning of the window. */
  static int[] taps(PaddedShape input) {
    int[] taps = new int[TAPS];
    for (int tap = 0; tap < TAPS; tap++) {
      taps[tap] = tap / SIDE * input.rowStride() + tap % SIDE * input.channels();
    }
    return taps;
  }

  /** The shape of the output. */
  PaddedShape output() {
    return output;
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
      for (int half = 0; half < 2; half++) {
        int row = from + (2 * y + half) * input.rowStride();
        product.row(in, row, weights, 0, bias, rows, half * 2 * pixels * outputs, 2 * pixels);
      }
      MaxPooling.forward(
          rows,
          outputs,
          pixels,
          out,
          at + output.offset(y, 0),
          winners,
          winnersAt + y * pixels * outputs);
    }
  }
}
