package io.millrace.learning.classifier;

import io.millrace.learning.core.VectorApi;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The arithmetic of a forward pass, the same for learning and for predicting: single precision,
 * each sum in a fixed order, so that equal inputs give equal bits.
 */
final class ForwardPass {

  private ForwardPass() {}

  /** Adds a scaled row: target[0, length) += scale · source[offset, offset + length). */
  static void addScaled(float[] target, float scale, float[] source, int offset, int length) {
    addScaled(target, 0, scale, source, offset, length);
  }

  /**
   * Adds a scaled row: target[at, at + length) += scale · source[offset, offset + length). Product
   * and sum are rounded each, so that the number of lanes makes no difference.
   */
  static void addScaled(
      float[] target, int at, float scale, float[] source, int offset, int length) {
    int k = VectorApi.isPresent() ? Lanes.addScaled(target, at, scale, source, offset, length) : 0;
    for (; k < length; k++) {
      target[at + k] += scale * source[offset + k];
    }
  }

  /** A class of its own, which is not loaded where the JVM does not have the Vector API. */
  private static final class Lanes {

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private Lanes() {}

    /** Adds whole vectors; returns how many floats it added. */
    static int addScaled(
        float[] target, int at, float scale, float[] source, int offset, int length) {
      int k = 0;
      for (; k <= length - LANES.length(); k += LANES.length()) {
        FloatVector.fromArray(LANES, source, offset + k)
            .mul(scale)
            .add(FloatVector.fromArray(LANES, target, at + k))
            .intoArray(target, at + k);
      }
      return k;
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
      scores[c] += dot(weight, c * hidden.length, hidden);
    }
    return scores;
  }

  /**
   * The sum of a[offset + k] · b[k]. Four partial sums, so that an addition need not wait for the
   * one before.
   */
  private static float dot(float[] a, int offset, float[] b) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int k = 0;
    for (; k + 3 < b.length; k += 4) {
      sum0 += a[offset + k] * b[k];
      sum1 += a[offset + k + 1] * b[k + 1];
      sum2 += a[offset + k + 2] * b[k + 2];
      sum3 += a[offset + k + 3] * b[k + 3];
    }
    for (; k < b.length; k++) {
      sum0 += a[offset + k] * b[k];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  /** The sum of the squares of values[offset] to values[offset + length - 1], in the same order. */
  static float squares(float[] values, int offset, int length) {
    float sum0 = 0;
    float sum1 = 0;
    float sum2 = 0;
    float sum3 = 0;
    int k = offset;
    int end = offset + length;
    for (; k + 3 < end; k += 4) {
      sum0 += values[k] * values[k];
      sum1 += values[k + 1] * values[k + 1];
      sum2 += values[k + 2] * values[k + 2];
      sum3 += values[k + 3] * values[k + 3];
    }
    for (; k < end; k++) {
      sum0 += values[k] * values[k];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }
}
