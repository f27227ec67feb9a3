package io.millrace.learning.vision.kernels;

/**
 * A convolution of 3 x 3 pixels, max-pooling by 2 and ReLU, forward and of one image at a time. Not
 * thread-safe.
 */
final class PooledConvolution {

  private static final int SIDE = 3;

  /** Pixels of the input that an output pixel is computed of. */
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
   * @param input with the frame of zeros that the convolution pads by
   * @param outputs channels that it gives, a multiple of {@link VectorLanes#BLOCK}
   * @param frame of zeros around what it gives
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

  /** Where each pixel of a window begins, from where the window begins. */
  static int[] taps(PaddedShape input) {
    int[] taps = new int[TAPS];
    for (int tap = 0; tap < TAPS; tap++) {
      taps[tap] = tap / SIDE * input.rowStride() + tap % SIDE * input.channels();
    }
    return taps;
  }

  /** What it gives. */
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
   * @param in the image, framed, from the offset on
   * @param out where it goes, framed; the frame is left as it is
   * @param winners {@code float[height, width, channels]} of the output, for the way back
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
