package io.millrace.learning.vision.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A transposed convolution with a 3 x 3 kernel, stride 2, padding 1 and output padding 1, and ReLU,
 * one image at a time: PyTorch's {@code ConvTranspose2d}, which doubles height and width.
 *
 * <p>Input pixel i reaches the output pixels 2i - 1 to 2i + 1. So an even output pixel is computed
 * from one input pixel, an odd one from two, along each axis, and the output splits into four
 * phases by the parity of row and column, each of which is a small convolution of 1, 2, 2 or 4
 * taps.
 *
 * <ol>
 *   <li>Forward, each row of each phase is computed by its {@link ConvolutionRowKernel} and written
 *       to every second pixel of its row; then ReLU.
 *   <li>Back, the gradient passes the ReLU where the output is positive, and its sum is that of the
 *       bias.
 *   <li>For each of the nine taps, input and gradient, which moves by two pixels for each of the
 *       input, give the gradient of the weights ({@link WeightGradientKernel}).
 *   <li>A convolution of stride 2 over the gradient, by the same weights, gives that of the input.
 * </ol>
 *
 * <p>Sums up the gradients of the weights over images until {@link #drainGradients}. Not
 * thread-safe.
 */
final class Deconvolution {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int SIDE = 3;
  private static final int TAPS = SIDE * SIDE;

  /** The taps of one phase: which weight, and how far the input pixel is from the first. */
  private record Phase(int y, int x, int[] weights, int[] taps) {

    static Phase of(int y, int x, PaddedShape input) {
      // Even outputs take weight 1 of their pixel, odd ones weight 2 of it and 0 of the next.
      int[][] down = y == 0 ? new int[][] {{1, 0}} : new int[][] {{2, 0}, {0, 1}};
      int[][] across = x == 0 ? new int[][] {{1, 0}} : new int[][] {{2, 0}, {0, 1}};
      int[] weights = new int[down.length * across.length];
      int[] taps = new int[weights.length];
      int n = 0;
      for (int[] v : down) {
        for (int[] h : across) {
          weights[n] = v[0] * SIDE + h[0];
          taps[n++] = v[1] * input.rowStride() + h[1] * input.channels();
        }
      }
      return new Phase(y, x, weights, taps);
    }
  }

  private final PaddedShape input;
  private final PaddedShape output;
  private final PaddedShape framed;
  private final Phase[] phases = new Phase[4];
  private final ConvolutionRowKernel[] forward = new ConvolutionRowKernel[4];
  private final float[][] weights = new float[4][];
  private final ConvolutionRowKernel back;
  private final float[] backWeights;
  private final float[] bias;
  private final float[] noBias;
  private final WeightGradientKernel outer;
  private final float[] gradient;
  private final float[][] weightSums;
  private final float[] biasSums;

  /**
   * A deconvolution without weights.
   *
   * @param input padded by 1, its channels a multiple of {@link VectorLanes#BLOCK}
   * @param outputs channels of the output, a multiple of {@link VectorLanes#BLOCK}
   */
  Deconvolution(PaddedShape input, int outputs) {
    this.input = input;
    this.output = new PaddedShape(2 * input.height(), 2 * input.width(), outputs, 0);
    this.framed = output.withPadding(1);
    int inputs = input.channels();
    for (int p = 0; p < 4; p++) {
      phases[p] = Phase.of(p / 2, p % 2, input);
      forward[p] = new ConvolutionRowKernel(phases[p].taps(), inputs, outputs, inputs, 2 * outputs);
      weights[p] = new float[forward[p].weights()];
    }
    int[] taps = new int[TAPS];
    for (int tap = 0; tap < TAPS; tap++) {
      taps[tap] = tap / SIDE * framed.rowStride() + tap % SIDE * outputs;
    }
    this.back = new ConvolutionRowKernel(taps, outputs, inputs, 2 * outputs, inputs);
    this.backWeights = new float[back.weights()];
    this.bias = new float[outputs];
    this.noBias = new float[inputs];
    this.outer =
        new WeightGradientKernel(
            new int[] {0},
            inputs,
            outputs,
            new WeightGradientKernel.Strides(inputs, input.rowStride()),
            new WeightGradientKernel.Strides(2 * outputs, 2 * framed.rowStride()));
    this.gradient = new float[framed.size()];
    this.weightSums = new float[TAPS][outer.sums()];
    this.biasSums = new float[outputs];
  }

  /** The shape of the output, without padding. */
  PaddedShape output() {
    return output;
  }

  /**
   * Copies weights into the kernels' layouts.
   *
   * @param parameters the vector in which they stand
   * @param weightAt where {@code float[inputs, outputs, 3, 3]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void load(float[] parameters, int weightAt, int biasAt) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(parameters, biasAt, bias, 0, outputs);
    for (int p = 0; p < 4; p++) {
      for (int t = 0; t < phases[p].weights().length; t++) {
        int tap = phases[p].weights()[t];
        for (int i = 0; i < inputs; i++) {
          for (int o = 0; o < outputs; o++) {
            weights[p][(t * inputs + i) * outputs + o] =
                parameters[weightAt + (i * outputs + o) * TAPS + tap];
          }
        }
      }
    }
    for (int tap = 0; tap < TAPS; tap++) {
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o++) {
          backWeights[(tap * outputs + o) * inputs + i] =
              parameters[weightAt + (i * outputs + o) * TAPS + tap];
        }
      }
    }
  }

  /** Passes an image forward; in is padded, out is not. */
  void forward(float[] in, int from, float[] out, int at) {
    for (int y = 0; y < input.height(); y++) {
      for (int p = 0; p < 4; p++) {
        int to = at + output.offset(2 * y + phases[p].y(), phases[p].x());
        forward[p].row(in, from + input.offset(y, 0), weights[p], 0, bias, out, to, input.width());
      }
    }
    for (int i = at; i < at + output.size(); i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, out, i).max(0f).intoArray(out, i);
    }
  }

  /**
   * Adds an image's part to the gradients of the weights, and computes the gradient of its input.
   *
   * @param in as it was passed forward
   * @param out the output of the forward pass
   * @param d the gradient of the output
   * @param inputGradient {@code float[height, width, channels]}, without padding, from the offset
   *     on; written
   */
  void backward(
      float[] in, int from, float[] out, int at, float[] d, float[] inputGradient, int to) {
    reluBackward(out, at, d);
    for (int tap = 0; tap < TAPS; tap++) {
      int dFrom = tap / SIDE * framed.rowStride() + tap % SIDE * output.channels();
      outer.add(
          in,
          from + input.offset(0, 0),
          gradient,
          dFrom,
          weightSums[tap],
          0,
          input.height(),
          input.width());
    }
    for (int y = 0; y < input.height(); y++) {
      back.row(
          gradient,
          2 * y * framed.rowStride(),
          backWeights,
          0,
          noBias,
          inputGradient,
          to + y * input.width() * input.channels(),
          input.width());
    }
  }

  /** Computes the gradient before the ReLU, padded. */
  private void reluBackward(float[] out, int at, float[] d) {
    int channels = output.channels();
    for (int y = 0; y < output.height(); y++) {
      for (int c = 0; c < channels; c += SPECIES.length()) {
        FloatVector sum = FloatVector.fromArray(SPECIES, biasSums, c);
        for (int x = 0; x < output.width(); x++) {
          int pixel = output.offset(y, x) + c;
          VectorMask<Float> alive =
              FloatVector.fromArray(SPECIES, out, at + pixel).compare(VectorOperators.GT, 0f);
          FloatVector g =
              FloatVector.zero(SPECIES).blend(FloatVector.fromArray(SPECIES, d, pixel), alive);
          g.intoArray(gradient, framed.offset(y, x) + c);
          sum = sum.add(g);
        }
        sum.intoArray(biasSums, c);
      }
    }
  }

  /** Writes the gradients summed up since the last call, in the layouts of {@link #load}. */
  void drainGradients(float[] target, int weightAt, int biasAt) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(biasSums, 0, target, biasAt, outputs);
    for (int tap = 0; tap < TAPS; tap++) {
      for (int i = 0; i < inputs; i++) {
        for (int o = 0; o < outputs; o++) {
          target[weightAt + (i * outputs + o) * TAPS + tap] = weightSums[tap][i * outputs + o];
        }
      }
      Arrays.fill(weightSums[tap], 0);
    }
    Arrays.fill(biasSums, 0);
  }
}
