package io.millrace.learning.classifier;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Weights in rows, with the optimizer's state of each row. Grows with the highest row. Single
 * precision throughout; an update of a row depends on the row, its state and its gradient alone.
 * Not thread-safe.
 */
final class ParameterRows {

  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;

  /** PyTorch's epsilons. */
  private static final float ADAM_EPSILON = 1e-8f;

  private static final float ADAGRAD_EPSILON = 1e-10f;

  private final int width;
  private final int maxRows;
  private final ClassifierOptimizer optimizer;
  private final int stateWidth;
  private final float rate;
  private float[] values = new float[0];
  private float[] state = new float[0];
  private float kept = 1;
  private float adamRate;
  private float adamCorrection;

  /** Without rows; each will have {@code width} weights, and there are at most {@code maxRows}. */
  ParameterRows(int width, int maxRows, ClassifierOptimizer optimizer, double rate) {
    this.width = width;
    this.maxRows = maxRows;
    this.optimizer = optimizer;
    this.stateWidth = optimizer.stateWidth(width);
    this.rate = (float) rate;
  }

  /** All weights, row by row: not a copy, valid until a row is set. */
  float[] values() {
    return values;
  }

  /** The bytes of the optimizer's state of a row. */
  int stateBytes() {
    return stateWidth * Float.BYTES;
  }

  /** Sets the weights of a row and resets the optimizer's state of it. */
  void set(int row, float[] weights) {
    reserve(row);
    System.arraycopy(weights, 0, values, row * width, width);
    Arrays.fill(state, row * stateWidth, (row + 1) * stateWidth, 0f);
  }

  private void reserve(int row) {
    int rows = values.length / width;
    if (row >= rows) {
      int more = Math.max(row + 1, Math.min(maxRows, rows + rows / 2));
      values = Arrays.copyOf(values, Math.multiplyExact(more, width));
      state = Arrays.copyOf(state, Math.multiplyExact(more, stateWidth));
    }
  }

  /**
   * Sets the share by which the sums of {@code adagrad} and {@code rowwise-adagrad} decay at each
   * update of a row, before its gradient is added; 0 is AdaGrad. Adam's averages have decays of
   * their own.
   */
  void decay(double share) {
    kept = (float) (1 - share);
  }

  /** Begins an update, counted from 1, before its rows are updated. */
  void beginUpdate(long update) {
    if (optimizer == ClassifierOptimizer.ADAM) {
      adamRate = (float) (rate / (1 - StrictMath.pow(BETA1, update)));
      adamCorrection = (float) Math.sqrt(1 - StrictMath.pow(BETA2, update));
    }
  }

  /** Updates a row against its gradient, {@code gradient[offset]} and on. */
  void update(int row, float[] gradient, int offset) {
    switch (optimizer) {
      case ROWWISE_ADAGRAD -> rowwiseAdagrad(row, gradient, offset);
      case ADAGRAD -> adagrad(row * width, gradient, offset);
      case ADAM -> adam(row, gradient, offset);
    }
  }

  private void rowwiseAdagrad(int row, float[] gradient, int offset) {
    state[row] = kept * state[row] + ForwardPass.squares(gradient, offset, width) / width;
    float rowRate = rate / ((float) Math.sqrt(state[row]) + ADAGRAD_EPSILON);
    ForwardPass.addScaled(values, row * width, -rowRate, gradient, offset, width);
  }

  private void adagrad(int at, float[] gradient, int offset) {
    for (int k = 0; k < width; k++) {
      float g = gradient[offset + k];
      state[at + k] = kept * state[at + k] + g * g;
      values[at + k] -= rate * g / ((float) Math.sqrt(state[at + k]) + ADAGRAD_EPSILON);
    }
  }

  /** The state of a row is the first moments of its weights, then their second moments. */
  private void adam(int row, float[] gradient, int offset) {
    int at = row * width;
    int first = row * stateWidth;
    int second = first + width;
    for (int k = 0; k < width; k++) {
      float g = gradient[offset + k];
      float m = BETA1 * state[first + k] + (1 - BETA1) * g;
      float v = BETA2 * state[second + k] + (1 - BETA2) * g * g;
      state[first + k] = m;
      state[second + k] = v;
      values[at + k] -= adamRate * m / ((float) Math.sqrt(v) / adamCorrection + ADAM_EPSILON);
    }
  }

  /** Writes the optimizer's state of a row. */
  void writeState(int row, ByteBuffer out) {
    for (int k = 0; k < stateWidth; k++) {
      out.putFloat(state[row * stateWidth + k]);
    }
  }

  /** Reads the optimizer's state of a row that was set. */
  void readState(int row, ByteBuffer in) {
    for (int k = 0; k < stateWidth; k++) {
      state[row * stateWidth + k] = in.getFloat();
    }
  }
}
