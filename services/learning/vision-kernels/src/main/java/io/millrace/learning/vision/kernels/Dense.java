package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * A dense layer and ReLU, over batches. Weights and their gradients have PyTorch's layout, {@code
 * float[outputs, inputs]}, so both stay where they are: the weights are read in the vector of the
 * network's parameters, the gradients are written into the vector of its gradients. Not
 * thread-safe.
 */
final class Dense {

  private final int inputs;
  private final int outputs;

  /** The outputs, made up to whole tiles of the kernel that computes the gradient. */
  private final int padded;

  private final DenseKernel forward;
  private final ConvolutionRowKernel back;
  private final WeightGradientKernel outer;
  private final float[] noBias;
  private final float[] bias;
  private final float[] biasSums;

  /** The gradient of the weights where {@link #padded} outputs have no room in the vector. */
  private final float[] paddedGradient;

  private int count;
  private float[] weights = new float[0];
  private int weightsAt;
  private float[] x = new float[0];
  private float[] out = new float[0];
  private float[] outGradient = new float[0];
  private float[] inputGradient = new float[0];

  /**
   * A layer without weights.
   *
   * @param inputs a multiple of 32
   * @param outputs its units
   */
  Dense(int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.padded = Math.ceilDiv(outputs, WeightGradientKernel.TILE) * WeightGradientKernel.TILE;
    int[] itself = {0};
    this.forward = new DenseKernel(inputs, outputs);
    this.back = new ConvolutionRowKernel(itself, outputs, inputs, padded, inputs);
    this.outer =
        new WeightGradientKernel(
            itself,
            padded,
            inputs,
            new WeightGradientKernel.Strides(padded, 0),
            new WeightGradientKernel.Strides(inputs, 0));
    this.noBias = new float[inputs];
    this.bias = new float[outputs];
    this.biasSums = new float[outputs];
    this.paddedGradient = new float[padded == outputs ? 0 : padded * inputs];
  }

  /**
   * Sets the weights. They are not copied, but read where they are until the next call.
   *
   * @param parameters the vector in which they stand
   * @param weightAt where {@code float[outputs, inputs]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void load(float[] parameters, int weightAt, int biasAt) {
    weights = parameters;
    weightsAt = weightAt;
    System.arraycopy(parameters, biasAt, bias, 0, outputs);
  }

  /**
   * Computes a batch.
   *
   * @param batch {@code float[count, inputs]}, perhaps longer; kept for {@link #backward}
   * @return {@code float[count, outputs]}, perhaps longer, valid until the next call
   */
  public float[] forward(float[] batch, int count) {
    if (out.length < count * outputs) {
      out = new float[count * outputs];
    }
    x = batch;
    forward.rows(batch, count, weights, weightsAt, bias, out);
    for (int i = 0; i < count * outputs; i++) {
      out[i] = Math.max(out[i], 0);
    }
    return out;
  }

  /**
   * Passes the batch that was computed last back: the gradient of its inputs. The gradients of the
   * weights are computed by {@link #writeGradients}.
   *
   * @param d the gradient of what was computed, {@code float[count, outputs]}
   * @return {@code float[count, inputs]}, perhaps longer, valid until the next call
   */
  public float[] backward(float[] d, int images) {
    count = images;
    if (outGradient.length < count * padded) {
      outGradient = new float[count * padded];
    }
    if (inputGradient.length < count * inputs) {
      inputGradient = new float[count * inputs];
    }
    Arrays.fill(biasSums, 0);
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < outputs; o++) {
        float g = out[n * outputs + o] > 0 ? d[n * outputs + o] : 0;
        outGradient[n * padded + o] = g;
        biasSums[o] += g;
      }
    }
    back.row(outGradient, 0, weights, weightsAt, noBias, inputGradient, 0, count);
    return inputGradient;
  }

  /**
   * Writes the gradients of the weights over the batch that was passed back last.
   *
   * @param gradient the vector in which they stand
   * @param weightAt where {@code float[outputs, inputs]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void writeGradients(float[] gradient, int weightAt, int biasAt) {
    int size = outputs * inputs;
    if (padded == outputs) {
      Arrays.fill(gradient, weightAt, weightAt + size, 0);
      outer.add(outGradient, 0, x, 0, gradient, weightAt, 1, count);
    } else {
      Arrays.fill(paddedGradient, 0);
      outer.add(outGradient, 0, x, 0, paddedGradient, 0, 1, count);
      System.arraycopy(paddedGradient, 0, gradient, weightAt, size);
    }
    System.arraycopy(biasSums, 0, gradient, biasAt, outputs);
  }
}
