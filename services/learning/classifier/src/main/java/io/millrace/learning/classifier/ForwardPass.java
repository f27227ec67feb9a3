package io.millrace.learning.classifier;

import java.util.Arrays;

/**
 * The arithmetic of a forward pass, the same for learning and for predicting: single precision,
 * each sum in a fixed order, so that equal inputs give equal bits.
 */
final class ForwardPass {

  private ForwardPass() {}

  /** Adds a scaled row: target[0, length) += scale · source[offset, offset + length). */
  static void addScaled(float[] target, float scale, float[] source, int offset, int length) {
    for (int k = 0; k < length; k++) {
      target[k] += scale * source[offset + k];
    }
  }

  /** Applies the ReLU in place: values = max(values, 0). */
  static void relu(float[] values) {
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.max(values[k], 0f);
    }
  }

  /**
   * Computes the scores of the output layer.
   *
   * @param hidden {@code float[hidden]}, after the ReLU
   * @param weight {@code float[classes, hidden]} or more rows; only the first {@code classes} are
   *     used
   * @param bias {@code float[classes]} at least
   */
  static float[] scores(float[] hidden, float[] weight, float[] bias, int classes) {
    float[] scores = Arrays.copyOf(bias, classes);
    for (int c = 0; c < classes; c++) {
      float sum = 0;
      for (int k = 0; k < hidden.length; k++) {
        sum += weight[c * hidden.length + k] * hidden[k];
      }
      scores[c] += sum;
    }
    return scores;
  }
}
