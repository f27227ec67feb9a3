package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * The last layer of the decoder: a transposed convolution as {@link Deconvolution}'s, but to one or
 * three channels, and a sigmoid. Lanes run over channels, of which there are too few here; so for
 * an image:
 *
 * <ol>
 *   <li>Every input pixel is multiplied by the weights of all taps and output channels, as lanes.
 *   <li>Each output pixel sums up the products that reach it, and its bias.
 *   <li>The sigmoid ({@link Sigmoid}).
 * </ol>
 *
 * <p>The backward pass goes the other way: the gradient of each output pixel is copied to the
 * products that reach it. Sums up the gradients of the weights over images until {@link
 * #drainGradients}. Not thread-safe.
 */
final class OutputDeconvolution {

  private static final int SIDE = 3;
  private static final int TAPS = SIDE * SIDE;

  private final PaddedShape input;
  private final PaddedShape output;
  private final int products;
  private final ConvolutionRowKernel forward;
  private final ConvolutionRowKernel back;
  private final WeightGradientKernel outer;
  private final float[] weights;
  private final float[] backWeights;
  private final float[] bias;
  private final float[] noProductBias;
  private final float[] noInputBias;
  private final float[] reaching;
  private final float[] weightSums;
  private final float[] biasSums;

  /**
   * A layer without weights.
   *
   * @param input without padding, its channels a multiple of {@link VectorLanes#BLOCK}
   * @param outputs channels of the pixels
   */
  OutputDeconvolution(PaddedShape input, int outputs) {
    this.input = input;
    this.output = new PaddedShape(2 * input.height(), 2 * input.width(), outputs, 0);
    int inputs = input.channels();
    this.products = VectorLanes.padded(TAPS * outputs);
    int[] itself = {0};
    this.forward = new ConvolutionRowKernel(itself, inputs, products, inputs, products);
    this.back = new ConvolutionRowKernel(itself, TAPS * outputs, inputs, products, inputs);
    this.outer =
        new WeightGradientKernel(
            itself,
            inputs,
            products,
            new WeightGradientKernel.Strides(inputs, input.rowStride()),
            new WeightGradientKernel.Strides(products, input.width() * products));
    this.weights = new float[forward.weights()];
    this.backWeights = new float[back.weights()];
    this.bias = new float[outputs];
    this.noProductBias = new float[products];
    this.noInputBias = new float[inputs];
    this.reaching = new float[input.height() * input.width() * products];
    this.weightSums = new float[outer.sums()];
    this.biasSums = new float[outputs];
  }

  /** The shape of the output. */
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
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        for (int tap = 0; tap < TAPS; tap++) {
          float w = parameters[weightAt + (i * outputs + o) * TAPS + tap];
          int product = tap * outputs + o;
          weights[i * products + product] = w;
          backWeights[product * inputs + i] = w;
        }
      }
    }
  }

  /**
   * Passes an image forward.
   *
   * @param pixels {@code float[channels, height, width]} from the offset on, in (0, 1)
   */
  void forward(float[] in, int from, float[] pixels, int at) {
    int width = input.width();
    for (int y = 0; y < input.height(); y++) {
      int row = from + input.offset(y, 0);
      forward.row(in, row, weights, 0, noProductBias, reaching, y * width * products, width);
    }
    for (int c = 0; c < output.channels(); c++) {
      for (int y = 0; y < output.height(); y++) {
        gather(c, y, pixels, at + (c * output.height() + y) * output.width());
      }
    }
    Sigmoid.apply(pixels, at, output.size());
  }

  /**
   * Sums up the products that reach a row's pixels: an odd row has two input rows, above and below.
   */
  private void gather(int c, int y, float[] pixels, int at) {
    Arrays.fill(pixels, at, at + output.width(), bias[c]);
    if (y % 2 == 0) {
      gather(c, y / 2, 1, pixels, at);
    } else {
      gather(c, y / 2, 2, pixels, at);
      if (y / 2 + 1 < input.height()) {
        gather(c, y / 2 + 1, 0, pixels, at);
      }
    }
  }

  private void gather(int c, int row, int down, float[] pixels, int at) {
    int outputs = output.channels();
    int left = row * input.width() * products + down * SIDE * outputs + c;
    int middle = left + outputs;
    int right = middle + outputs;
    int last = input.width() - 1;
    for (int x = 0; x < last; x++) {
      int i = x * products;
      pixels[at + 2 * x] += reaching[middle + i];
      pixels[at + 2 * x + 1] += reaching[right + i] + reaching[left + i + products];
    }
    pixels[at + 2 * last] += reaching[middle + last * products];
    pixels[at + 2 * last + 1] += reaching[right + last * products];
  }

  /**
   * Adds an image's part to the gradients of the weights, and computes the gradient of its input.
   *
   * @param in as it was passed forward
   * @param d the gradient of the sums before the sigmoid, {@code float[channels, height, width]}
   *     from the offset on
   * @param inputGradient {@code float[height, width, channels]}; written
   */
  void backward(float[] in, int from, float[] d, int dFrom, float[] inputGradient) {
    for (int c = 0; c < output.channels(); c++) {
      scatter(c, d, dFrom + c * output.height() * output.width());
    }
    int width = input.width();
    outer.add(in, from, reaching, 0, weightSums, 0, input.height(), width);
    for (int y = 0; y < input.height(); y++) {
      int at = input.offset(y, 0);
      back.row(
          reaching, y * width * products, backWeights, 0, noInputBias, inputGradient, at, width);
    }
  }

  /** The gradient of every product: that of the pixel that it reaches, 0 beyond the edge. */
  private void scatter(int c, float[] d, int dFrom) {
    int outputs = output.channels();
    int width = output.width();
    float sum = 0;
    for (int i = 0; i < output.height() * width; i++) {
      sum += d[dFrom + i];
    }
    biasSums[c] += sum;
    for (int y = 0; y < input.height(); y++) {
      for (int tapY = 0; tapY < SIDE; tapY++) {
        int row = 2 * y - 1 + tapY;
        int to = y * input.width() * products + tapY * SIDE * outputs + c;
        for (int x = 0; x < input.width(); x++) {
          int source = dFrom + row * width + 2 * x - 1;
          reaching[to] = row < 0 || x == 0 ? 0 : d[source];
          reaching[to + outputs] = row < 0 ? 0 : d[source + 1];
          reaching[to + 2 * outputs] = row < 0 ? 0 : d[source + 2];
          to += products;
        }
      }
    }
  }

  /** Writes the gradients summed up since the last call, in the layouts of {@link #load}. */
  void drainGradients(float[] target, int weightAt, int biasAt) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(biasSums, 0, target, biasAt, outputs);
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        for (int tap = 0; tap < TAPS; tap++) {
          target[weightAt + (i * outputs + o) * TAPS + tap] =
              weightSums[i * products + tap * outputs + o];
        }
      }
    }
    Arrays.fill(weightSums, 0);
    Arrays.fill(biasSums, 0);
  }
}
