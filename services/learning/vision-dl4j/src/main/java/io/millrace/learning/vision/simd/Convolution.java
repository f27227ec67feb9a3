package io.millrace.learning.vision.simd;

import java.util.Arrays;

/**
 * A convolution of 3 x 3 pixels, max-pooling by 2 and ReLU, of one image at a time. Sums up the
 * gradients of its weights until they are taken. Not thread-safe.
 */
final class Convolution {

  private static final int SIDE = 3;
  private static final int TAPS = SIDE * SIDE;

  private final Plane input;
  private final Plane output;
  private final Plane convolved;
  private final TapProduct forward;
  private final TapProduct back;
  private final Patches patches;
  private final OuterProduct outer;
  private final float[] weights;
  private final float[] backWeights;
  private final float[] rows;
  private final float[] gradient;
  private final float[] weightSums;
  private final float[] biasSums;

  /**
   * A convolution without weights.
   *
   * @param input with the frame of zeros that the convolution pads by
   * @param outputs channels that it gives, a multiple of {@link Lanes#BLOCK}
   * @param frame of zeros around what it gives
   */
  Convolution(Plane input, int outputs, int frame) {
    this.input = input;
    int lost = SIDE - 1 - 2 * input.pad();
    // Framed so that its own backward pass finds zeros wherever the kernel reaches over the edge.
    this.convolved =
        new Plane(input.height() - lost, input.width() - lost, outputs, SIDE - 1 - input.pad());
    this.output = new Plane(convolved.height() / 2, convolved.width() / 2, outputs, frame);
    int channels = input.channels();
    int[] taps = taps(input.rowStep(), channels);
    this.forward = new TapProduct(taps, channels, outputs, channels, outputs);
    this.patches = Patches.of(taps, input, convolved);
    this.outer = patches.product(outputs, new OuterProduct.Steps(outputs, convolved.rowStep()));
    int padded = Lanes.padded(channels);
    this.back =
        new TapProduct(taps(convolved.rowStep(), outputs), outputs, padded, outputs, channels);
    this.weights = new float[forward.weights()];
    this.backWeights = new float[back.weights()];
    this.rows = new float[4 * output.width() * outputs];
    this.gradient = new float[convolved.size()];
    this.weightSums = new float[outer.sums()];
    this.biasSums = new float[outputs];
  }

  private static int[] taps(int rowStep, int step) {
    int[] taps = new int[TAPS];
    for (int tap = 0; tap < TAPS; tap++) {
      taps[tap] = tap / SIDE * rowStep + tap % SIDE * step;
    }
    return taps;
  }

  /** What it gives. */
  Plane output() {
    return output;
  }

  /**
   * Takes weights.
   *
   * @param weight {@code float[outputs, inputs, 3, 3]}
   * @param bias {@code float[outputs]}
   */
  void load(float[] weight, float[] bias) {
    int inputs = input.channels();
    int outputs = output.channels();
    int padded = Lanes.padded(inputs);
    System.arraycopy(bias, 0, weights, 0, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          float w = weight[(o * inputs + i) * TAPS + tap];
          weights[outputs + (tap * inputs + i) * outputs + o] = w;
          backWeights[padded + ((TAPS - 1 - tap) * outputs + o) * padded + i] = w;
        }
      }
    }
  }

  /**
   * Passes an image forward.
   *
   * @param in the image, framed, from the offset on
   * @param out where it goes, framed; the frame is left as it is
   * @param winners {@code float[height, width, channels]} of the output, for {@link #backward}
   */
  void forward(float[] in, int from, float[] out, int at, float[] winners, int winnersAt) {
    int outputs = output.channels();
    int pixels = output.width();
    for (int y = 0; y < output.height(); y++) {
      for (int half = 0; half < 2; half++) {
        int row = from + (2 * y + half) * input.rowStep();
        forward.row(in, row, weights, rows, half * 2 * pixels * outputs, 2 * pixels);
      }
      Pooling.forward(
          rows,
          outputs,
          pixels,
          out,
          at + output.at(y, 0),
          winners,
          winnersAt + y * pixels * outputs);
    }
  }

  /**
   * Adds an image's part to the gradients of the weights.
   *
   * @param in as it was passed forward
   * @param winners as they were written
   * @param d of what was given, {@code float[height, width, channels]}, without a frame
   */
  void backward(float[] in, int from, float[] winners, int winnersAt, float[] d, int dFrom) {
    int outputs = output.channels();
    int row = output.width() * outputs;
    for (int y = 0; y < output.height(); y++) {
      Pooling.backward(
          d,
          dFrom + y * row,
          winners,
          winnersAt + y * row,
          outputs,
          output.width(),
          gradient,
          convolved.at(2 * y, 0),
          convolved.rowStep(),
          biasSums);
    }
    int height = 2 * output.height();
    int width = 2 * output.width();
    patches.gather(in, from, height, width);
    outer.add(
        patches.values(in),
        patches.from(from),
        gradient,
        convolved.at(0, 0),
        weightSums,
        height,
        width);
  }

  /**
   * The gradient of the input of the image that was passed back last.
   *
   * @param d {@code float[height, width, channels]} of the input, without a frame; its channels are
   *     a multiple of {@link Lanes#BLOCK}
   */
  void inputGradient(float[] d) {
    for (int y = 0; y < input.height(); y++) {
      int at = y * input.width() * input.channels();
      back.row(gradient, y * convolved.rowStep(), backWeights, d, at, input.width());
    }
  }

  /** Writes the gradients summed up since the last call, in the layouts of {@link #load}. */
  void takeGradients(float[] weight, float[] bias) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(biasSums, 0, bias, 0, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        for (int tap = 0; tap < TAPS; tap++) {
          weight[(o * inputs + i) * TAPS + tap] = weightSums[patches.input(tap, i) * outputs + o];
        }
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
