package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The forward pass of a convolution of many channels with a 3 x 3 kernel, max-pooling by 2 and
 * ReLU, one image at a time, by minimal filtering: F(2 x 2, 3 x 3) of Lavin and Gray 2016, "Fast
 * Algorithms for Convolutional Neural Networks", which needs 16 products where the definition has
 * 36. Its tile of 2 x 2 outputs is the window of the pooling. For some rows of tiles at a time,
 * which stay in the cache:
 *
 * <ol>
 *   <li>The 4 x 4 inputs d of each tile become 16 points, {@code Bᵀ d B}.
 *   <li>For each point, the channels of all tiles are multiplied by the weights of that point
 *       ({@link ConvolutionRowKernel}), {@code G g Gᵀ} of the kernel g.
 *   <li>The 16 products m of each tile become the four outputs, {@code Aᵀ m A}, which are pooled
 *       ({@link MaxPooling}).
 * </ol>
 *
 * <p>Rounds differently from the definition, by about as much as that does. Its backward pass is
 * {@link ConvolutionBackward}. Not thread-safe.
 */
final class WinogradConvolution {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int SIDE = 3;
  private static final int TAPS = SIDE * SIDE;
  private static final int POINTS = 16;

  /** As many tiles at a time as whole rows have, or more in a single row. */
  private static final int TILES = 56;

  private final PaddedShape input;
  private final PaddedShape output;
  private final ConvolutionRowKernel product;
  private final float[] weights;
  private final float[] bias;
  private final float[] noBias;
  private final int rowsAtOnce;
  private final float[] points;
  private final float[] products;

  /**
   * A convolution without weights.
   *
   * @param input with the padding of the convolution, its channels a multiple of {@link
   *     VectorLanes#BLOCK}
   * @param output of the pooling, its channels a multiple of {@link VectorLanes#BLOCK}
   */
  WinogradConvolution(PaddedShape input, PaddedShape output) {
    this.input = input;
    this.output = output;
    int inputs = input.channels();
    int outputs = output.channels();
    this.product = new ConvolutionRowKernel(new int[] {0}, inputs, outputs, inputs, outputs);
    this.weights = new float[POINTS * inputs * outputs];
    this.bias = new float[outputs];
    this.noBias = new float[outputs];
    this.rowsAtOnce = Math.max(1, TILES / output.width());
    int tiles = rowsAtOnce * output.width();
    this.points = new float[POINTS * tiles * inputs];
    this.products = new float[POINTS * tiles * outputs];
  }

  /**
   * Transforms weights.
   *
   * @param parameters the vector in which they stand
   * @param weightAt where {@code float[outputs, inputs, 3, 3]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void load(float[] parameters, int weightAt, int biasAt) {
    int inputs = input.channels();
    int outputs = output.channels();
    System.arraycopy(parameters, biasAt, bias, 0, outputs);
    float[] rows = new float[4 * SIDE];
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        int g = weightAt + (o * inputs + i) * TAPS;
        for (int c = 0; c < SIDE; c++) {
          float sum = 0.5f * (parameters[g + c] + parameters[g + 2 * SIDE + c]);
          float middle = 0.5f * parameters[g + SIDE + c];
          rows[c] = parameters[g + c];
          rows[SIDE + c] = sum + middle;
          rows[2 * SIDE + c] = sum - middle;
          rows[3 * SIDE + c] = parameters[g + 2 * SIDE + c];
        }
        loadPoints(rows, i * outputs + o, inputs * outputs);
      }
    }
  }

  /** The other side of {@code G g Gᵀ}, from the rows {@code G g}. */
  private void loadPoints(float[] rows, int at, int step) {
    for (int r = 0; r < 4; r++) {
      float left = rows[r * SIDE];
      float right = rows[r * SIDE + 2];
      float sum = 0.5f * (left + right);
      float middle = 0.5f * rows[r * SIDE + 1];
      int to = at + 4 * r * step;
      weights[to] = left;
      weights[to + step] = sum + middle;
      weights[to + 2 * step] = sum - middle;
      weights[to + 3 * step] = right;
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
    for (int y = 0; y < output.height(); y += rowsAtOnce) {
      int rows = Math.min(rowsAtOnce, output.height() - y);
      transform(in, from + 2 * y * input.rowStride(), rows);
      multiply(rows * output.width());
      pool(y, rows, out, at, winners, winnersAt);
    }
  }

  private void transform(float[] in, int from, int rows) {
    int inputs = input.channels();
    int width = output.width();
    for (int r = 0; r < rows; r++) {
      for (int x = 0; x < width; x++) {
        int window = from + 2 * r * input.rowStride() + 2 * x * inputs;
        for (int i = 0; i < inputs; i += SPECIES.length()) {
          transform(in, window + i, (r * width + x) * inputs + i, rows * width * inputs);
        }
      }
    }
  }

  private void multiply(int tiles) {
    int inputs = input.channels();
    int outputs = output.channels();
    for (int k = 0; k < POINTS; k++) {
      product.row(
          points,
          k * tiles * inputs,
          weights,
          k * inputs * outputs,
          noBias,
          products,
          k * tiles * outputs,
          tiles);
    }
  }

  private void pool(int y, int rows, float[] out, int at, float[] winners, int winnersAt) {
    int outputs = output.channels();
    int width = output.width();
    int step = rows * width * outputs;
    for (int r = 0; r < rows; r++) {
      for (int x = 0; x < width; x++) {
        int from = (r * width + x) * outputs;
        int to = at + output.offset(y + r, x);
        int won = winnersAt + ((y + r) * width + x) * outputs;
        for (int o = 0; o < outputs; o += SPECIES.length()) {
          pool(o, from + o, step, out, to + o, winners, won + o);
        }
      }
    }
  }

  private void transform(float[] in, int from, int to, int step) {
    int s = input.channels();
    int below = input.rowStride();
    FloatVector d0 = FloatVector.fromArray(SPECIES, in, from);
    FloatVector d1 = FloatVector.fromArray(SPECIES, in, from + below);
    FloatVector d2 = FloatVector.fromArray(SPECIES, in, from + 2 * below);
    FloatVector d3 = FloatVector.fromArray(SPECIES, in, from + 3 * below);
    FloatVector a0 = d0.sub(d2);
    FloatVector a1 = d1.add(d2);
    FloatVector a2 = d2.sub(d1);
    FloatVector a3 = d1.sub(d3);
    d0 = FloatVector.fromArray(SPECIES, in, from + s);
    d1 = FloatVector.fromArray(SPECIES, in, from + s + below);
    d2 = FloatVector.fromArray(SPECIES, in, from + s + 2 * below);
    d3 = FloatVector.fromArray(SPECIES, in, from + s + 3 * below);
    FloatVector b0 = d0.sub(d2);
    FloatVector b1 = d1.add(d2);
    FloatVector b2 = d2.sub(d1);
    FloatVector b3 = d1.sub(d3);
    d0 = FloatVector.fromArray(SPECIES, in, from + 2 * s);
    d1 = FloatVector.fromArray(SPECIES, in, from + 2 * s + below);
    d2 = FloatVector.fromArray(SPECIES, in, from + 2 * s + 2 * below);
    d3 = FloatVector.fromArray(SPECIES, in, from + 2 * s + 3 * below);
    FloatVector c0 = d0.sub(d2);
    FloatVector c1 = d1.add(d2);
    FloatVector c2 = d2.sub(d1);
    FloatVector c3 = d1.sub(d3);
    d0 = FloatVector.fromArray(SPECIES, in, from + 3 * s);
    d1 = FloatVector.fromArray(SPECIES, in, from + 3 * s + below);
    d2 = FloatVector.fromArray(SPECIES, in, from + 3 * s + 2 * below);
    d3 = FloatVector.fromArray(SPECIES, in, from + 3 * s + 3 * below);
    store(a0, b0, c0, d0.sub(d2), to, step);
    store(a1, b1, c1, d1.add(d2), to + 4 * step, step);
    store(a2, b2, c2, d2.sub(d1), to + 8 * step, step);
    store(a3, b3, c3, d1.sub(d3), to + 12 * step, step);
  }

  /** A row of the points. */
  private void store(FloatVector a, FloatVector b, FloatVector c, FloatVector d, int to, int step) {
    a.sub(c).intoArray(points, to);
    b.add(c).intoArray(points, to + step);
    c.sub(b).intoArray(points, to + 2 * step);
    b.sub(d).intoArray(points, to + 3 * step);
  }

  private void pool(
      int o, int from, int step, float[] out, int at, float[] winners, int winnersAt) {
    FloatVector m0 = product(from);
    FloatVector m1 = product(from + 4 * step);
    FloatVector m2 = product(from + 8 * step);
    FloatVector m3 = product(from + 12 * step);
    FloatVector a0 = m0.add(m1).add(m2);
    FloatVector a1 = m1.sub(m2).sub(m3);
    m0 = product(from + step);
    m1 = product(from + 5 * step);
    m2 = product(from + 9 * step);
    m3 = product(from + 13 * step);
    FloatVector b0 = m0.add(m1).add(m2);
    FloatVector b1 = m1.sub(m2).sub(m3);
    m0 = product(from + 2 * step);
    m1 = product(from + 6 * step);
    m2 = product(from + 10 * step);
    m3 = product(from + 14 * step);
    FloatVector c0 = m0.add(m1).add(m2);
    FloatVector c1 = m1.sub(m2).sub(m3);
    m0 = product(from + 3 * step);
    m1 = product(from + 7 * step);
    m2 = product(from + 11 * step);
    m3 = product(from + 15 * step);
    FloatVector d0 = m0.add(m1).add(m2);
    FloatVector d1 = m1.sub(m2).sub(m3);
    FloatVector add = FloatVector.fromArray(SPECIES, bias, o);
    MaxPooling.pool(
        a0.add(b0).add(c0).add(add),
        b0.sub(c0).sub(d0).add(add),
        a1.add(b1).add(c1).add(add),
        b1.sub(c1).sub(d1).add(add),
        out,
        at,
        winners,
        winnersAt);
  }

  private FloatVector product(int at) {
    return FloatVector.fromArray(SPECIES, products, at);
  }
}
