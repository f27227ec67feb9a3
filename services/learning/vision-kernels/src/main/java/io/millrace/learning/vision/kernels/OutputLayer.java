package io.millrace.learning.vision.kernels;

import java.util.Arrays;

/**
 * The last layer of the head, hidden units to scores, over batches. Too small for a kernel; the
 * inner loops run over outputs, or over inputs, never over the terms of a sum, so that the compiler
 * may use vectors for them. Not thread-safe.
 */
final class OutputLayer {

  private final int inputs;
  private final int outputs;

  /** {@code float[inputs, outputs]}. */
  private final float[] weights;

  private final float[] bias;
  private float[] inputGradient = new float[0];

  /** A layer without weights. */
  OutputLayer(int inputs, int outputs) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.weights = new float[inputs * outputs];
    this.bias = new float[outputs];
  }

  /**
   * Copies weights into its layout.
   *
   * @param parameters the vector in which they stand
   * @param weightAt where {@code float[outputs, inputs]} begins in it
   * @param biasAt where {@code float[outputs]} begins in it
   */
  void load(float[] parameters, int weightAt, int biasAt) {
    System.arraycopy(parameters, biasAt, bias, 0, outputs);
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        weights[i * outputs + o] = parameters[weightAt + o * inputs + i];
      }
    }
  }

  /**
   * Computes a batch.
   *
   * @param in {@code float[count, inputs]}
   * @param out {@code float[count, outputs]}; written
   */
  void forward(float[] in, int count, float[] out) {
    for (int n = 0; n < count; n++) {
      int to = n * outputs;
      System.arraycopy(bias, 0, out, to, outputs);
      for (int i = 0; i < inputs; i++) {
        float x = in[n * inputs + i];
        int from = i * outputs;
        for (int o = 0; o < outputs; o++) {
          out[to + o] += x * weights[from + o];
        }
      }
    }
  }

  /**
   * Passes a batch back.
   *
   * @param in as it was passed forward
   * @param d the gradient of the outputs, {@code float[count, outputs]}
   * @param parameters those that were loaded; what {@link #load} copied has another order
   * @param gradient written where the weights and the bias stand in the parameters
   * @return the gradient of the inputs, {@code float[count, inputs]}, perhaps longer, valid until
   *     the next call
   */
  float[] backward(
      float[] in,
      float[] d,
      int count,
      float[] parameters,
      float[] gradient,
      int weightAt,
      int biasAt) {
    if (inputGradient.length < count * inputs) {
      inputGradient = new float[count * inputs];
    }
    Arrays.fill(inputGradient, 0, count * inputs, 0);
    Arrays.fill(gradient, weightAt, weightAt + inputs * outputs, 0);
    Arrays.fill(gradient, biasAt, biasAt + outputs, 0);
    for (int n = 0; n < count; n++) {
      for (int o = 0; o < outputs; o++) {
        float g = d[n * outputs + o];
        if (g != 0) { // That of a class which has not occurred is 0.
          gradient[biasAt + o] += g;
          addScaled(g, parameters, weightAt + o * inputs, inputGradient, n * inputs);
          addScaled(g, in, n * inputs, gradient, weightAt + o * inputs);
        }
      }
    }
    return inputGradient;
  }

  private void addScaled(float factor, float[] from, int at, float[] to, int target) {
    for (int i = 0; i < inputs; i++) {
      to[target + i] += factor * from[at + i];
    }
  }
}
