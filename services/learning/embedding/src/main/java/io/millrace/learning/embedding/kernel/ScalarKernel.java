package io.millrace.learning.embedding.kernel;

import java.util.Arrays;

/** The kernel in plain Java, for a process without {@code jdk.incubator.vector}. */
public final class ScalarKernel implements Kernel {

  private final float[] partial = new float[LANES];
  private final float[] rightSquares = new float[GROUP * LANES];
  private float[] leftSquares = new float[0];

  @Override
  public void errors(RowSelection left, RowSelection right, int stride, float[] errors) {
    for (int j = 0; j < Kernel.roundUp(right.count, GROUP); j++) {
      for (int i = 0; i < Kernel.roundUp(left.count, PAIR); i++) {
        float x = product(left.values, left.offsets[i], right.values, right.offsets[j], stride);
        float half = j == 0 ? 0.5f : -0.5f;
        errors[Kernel.errorIndex(left.count, i, j)] = Logistic.error(x, half);
      }
    }
  }

  @Override
  public void applyGradients(RowSelection left, RowSelection right, int stride, float[] errors) {
    leftSquares = new float[left.count * LANES];
    for (int group = 0; group < right.count; group += GROUP) {
      Arrays.fill(rightSquares, 0f);
      for (int k = 0; k < stride; k++) {
        applyGradients(left, right, group, k, errors);
      }
      for (int j = 0; j < GROUP; j++) {
        right.squares[group + j] = Kernel.sum(rightSquares, j * LANES);
      }
    }
    for (int i = 0; i < left.count; i++) {
      left.squares[i] = Kernel.sum(leftSquares, i * LANES);
    }
  }

  /** Moves all rows of a group in dimension {@code k}. */
  private void applyGradients(
      RowSelection left, RowSelection right, int group, int k, float[] errors) {
    int lane = k % LANES;
    float[] y = new float[GROUP];
    float[] gradients = new float[GROUP];
    for (int j = 0; j < GROUP; j++) {
      y[j] = right.values[right.offsets[group + j] + k];
    }
    for (int i = 0; i < left.count; i++) {
      int e = Kernel.errorIndex(left.count, i, group);
      float x = left.values[left.offsets[i] + k];
      float gradient = y[0] * errors[e];
      gradients[0] = Math.fma(x, errors[e], gradients[0]);
      for (int j = 1; j < GROUP; j++) {
        gradient = Math.fma(y[j], errors[e + j], gradient);
        gradients[j] = Math.fma(x, errors[e + j], gradients[j]);
      }
      left.values[left.offsets[i] + k] = Math.fma(gradient, left.rates[i], x);
      addSquare(leftSquares, i * LANES + lane, gradient);
    }
    for (int j = 0; j < GROUP; j++) {
      move(right, group + j, k, gradients[j]);
      addSquare(rightSquares, j * LANES + lane, gradients[j]);
    }
  }

  private static void move(RowSelection rows, int i, int k, float gradient) {
    int at = rows.offsets[i] + k;
    rows.values[at] = Math.fma(gradient, rows.rates[i], rows.values[at]);
  }

  private static void addSquare(float[] squares, int at, float gradient) {
    squares[at] = Math.fma(gradient, gradient, squares[at]);
  }

  @Override
  public void mean(RowSelection left, int stride, float[] mean) {
    float share = 1f / left.count;
    for (int k = 0; k < stride; k++) {
      float sum = 0;
      for (int i = 0; i < left.count; i++) {
        sum = Math.fma(left.values[left.offsets[i] + k], share, sum);
      }
      mean[k] = sum;
    }
  }

  @Override
  public void applySharedGradient(RowSelection left, int stride, float[] after, float[] before) {
    for (int k = 0; k < stride; k++) {
      float gradient = after[k] - before[k];
      for (int i = 0; i < left.count; i++) {
        move(left, i, k, gradient);
      }
    }
  }

  @Override
  public void multiply(float[] left, int m, float[] right, int n, int stride, float[] products) {
    int across = Kernel.paddedColumns(n);
    for (int i = 0; i < Kernel.roundUp(m, TILE_LEFT); i++) {
      for (int j = 0; j < across; j++) {
        products[i * across + j] = product(left, i * stride, right, j * stride, stride);
      }
    }
  }

  private float product(float[] a, int aOffset, float[] b, int bOffset, int stride) {
    Arrays.fill(partial, 0f);
    for (int k = 0; k < stride; k += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        partial[lane] = Math.fma(a[aOffset + k + lane], b[bOffset + k + lane], partial[lane]);
      }
    }
    return Kernel.sum(partial, 0);
  }
}
