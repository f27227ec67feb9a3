package io.millrace.learning.embedding.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * One target's step as the papers write it, pair by pair in double precision: all gradients from
 * the rows as they were. No row may stand there twice.
 */
final class PlainReference {

  private final RowSelection left;
  private final RowSelection right;
  private final int dimensions;
  private final double[][] inputs;
  private final double[][] outputs;
  private final double[][] inputGradients;
  private final double[][] outputGradients;
  private final double[] leftBefore;
  private final double[] rightBefore;

  /** Copies the rows before they are learned from. */
  PlainReference(RowSelection left, RowSelection right, int dimensions) {
    this.left = left;
    this.right = right;
    this.dimensions = dimensions;
    this.inputs = copy(left);
    this.outputs = copy(right);
    this.inputGradients = new double[left.count][dimensions];
    this.outputGradients = new double[right.count][dimensions];
    this.leftBefore = doubles(left.values);
    this.rightBefore = doubles(right.values);
  }

  private double[][] copy(RowSelection rows) {
    double[][] copy = new double[rows.count][dimensions];
    for (int i = 0; i < rows.count; i++) {
      for (int k = 0; k < dimensions; k++) {
        copy[i][k] = rows.values[rows.offsets[i] + k];
      }
    }
    return copy;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** Each context word predicts the target. */
  void learnSkipGram() {
    for (int i = 0; i < inputs.length; i++) {
      learn(inputs[i], inputGradients[i]);
    }
  }

  /** The mean of the context words predicts the target; each gets the whole of its gradient. */
  void learnCbow() {
    double[] mean = new double[dimensions];
    double[] gradient = new double[dimensions];
    for (double[] input : inputs) {
      for (int k = 0; k < dimensions; k++) {
        mean[k] += input[k] / inputs.length;
      }
    }
    learn(mean, gradient);
    for (double[] inputGradient : inputGradients) {
      System.arraycopy(gradient, 0, inputGradient, 0, dimensions);
    }
  }

  private void learn(double[] input, double[] gradient) {
    for (int j = 0; j < outputs.length; j++) {
      double x = 0;
      for (int k = 0; k < dimensions; k++) {
        x += input[k] * outputs[j][k];
      }
      double error = (j == 0 ? 1 : 0) - 1 / (1 + Math.exp(-x));
      for (int k = 0; k < dimensions; k++) {
        gradient[k] += error * outputs[j][k];
        outputGradients[j][k] += error * input[k];
      }
    }
  }

  /** Asserts that a kernel moved the rows as this did. */
  void assertLearned(RowSelection actualLeft, RowSelection actualRight) {
    assertMoved(left, leftBefore, inputGradients, actualLeft);
    assertMoved(right, rightBefore, outputGradients, actualRight);
  }

  private void assertMoved(
      RowSelection rows, double[] before, double[][] gradients, RowSelection actual) {
    double[] expected = before.clone();
    for (int i = 0; i < gradients.length; i++) {
      double square = 0;
      for (int k = 0; k < dimensions; k++) {
        expected[rows.offsets[i] + k] += rows.rates[i] * gradients[i][k];
        square += gradients[i][k] * gradients[i][k];
      }
      assertThat((double) actual.squares[i]).isCloseTo(square, within(1e-3 * square + 1e-3));
    }
    for (int at = 0; at < expected.length; at++) {
      assertThat((double) actual.values[at]).isCloseTo(expected[at], within(1e-4));
    }
  }
}
