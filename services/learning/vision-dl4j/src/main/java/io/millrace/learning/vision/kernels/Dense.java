package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * A dense layer and ReLU, over batches. Weights and their gradients have PyTorch's layout, {@code
 * float[outputs, inputs]}, so nothing is turned around. Not thread-safe.
 */
public final class Dense {

  private final int inputs;
  private final int outputs;
  private final int padded;
  private final DenseKernel forward;
  private final ConvolutionRowKernel back;
  private final WeightGradientKernel outer;
  private final float[] weights;
  private final float[] bias;
  private final float[] weightSums;
  private final float[] biasSums;
  private float[] x = new float[0];
  private float[] out = new float[0];
  private float[] gradient = new float[0];

  /**
   * A layer without weights.
   *
   * @param inputs a multiple of 32
   * @param outputs its units
   */
  public Dense(int inputs, int outputs) {
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
    this.weights = new float[back.weights()];
    this.bias = new float[outputs];
    this.weightSums = new float[outer.sums()];
    this.biasSums = new float[outputs];
  }

  /** Where the weights, {@code float[outputs, inputs]}, are to be written. */
  public float[] weights() {
    return weights;
  }

  /** Where in {@link #weights} they begin; what the product of the way back adds to is before. */
  public int weightsAt() {
    return inputs;
  }

  /** Where the bias, {@code float[outputs]}, is to be written. */
  public float[] bias() {
    return bias;
  }

  /**
   * Computes a batch.
   *
   * @param batch {@code float[count, inputs]}, kept for {@link #backward}
   * @return {@code float[count, outputs]}, good until the next call
   */
  public float[] forward(float[] batch, int count) {
    if (out.length != count * outputs) {
      out = new float[count * outputs];
    }
    x = batch;
    forward.rows(batch, count, weights, weightsAt(), bias, out);
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(out[i], 0);
    }
    return out;
  }

  /**
   * Passes the batch that was computed last back, and leaves the gradients of the weights.
   *
   * @param d of what was given, {@code float[count, outputs]}
   * @return of the inputs, {@code float[count, inputs]}
   */
  public float[] backward(float[] d, int count) {
    if (gradient.length != count * padded) {
      gradient = new float[count * padded];
    }
    Arrays.fill(biasSums, 0);
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < outputs; o++) {
        float g = out[n * outputs + o] > 0 ? d[n * outputs + o] : 0;
        gradient[n * padded + o] = g;
        biasSums[o] += g;
      }
    }
    Arrays.fill(weightSums, 0);
    outer.add(gradient, 0, x, 0, weightSums, 1, count);
    float[] inputGradient = new float[count * inputs];
    back.row(gradient, 0, weights, inputGradient, 0, count);
    return inputGradient;
  }

  /** The gradient of the weights, {@code float[outputs, inputs]}, and perhaps rows of zeros. */
  public float[] weightGradient() {
    return weightSums;
  }

  /** The gradient of the bias, {@code float[outputs]}. */
  public float[] biasGradient() {
    return biasSums;
  }
}
