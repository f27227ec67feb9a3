package io.millrace.learning.embedding;

import java.util.Arrays;

/** The kernel in plain Java, for a process without {@code jdk.incubator.vector}. */
final class ScalarKernel implements Kernel {

  private final float[] partial = new float[LANES];

  @Override
  public void multiply(float[] left, int m, float[] right, int n, int stride, float[] products) {
    int across = Kernel.across(n);
    for (int i = 0; i < Kernel.roundUp(m, TILE_LEFT); i++) {
      for (int j = 0; j < across; j++) {
        products[i * across + j] = product(left, i * stride, right, j * stride, stride);
      }
    }
  }

  @Override
  public void combine(
      float[] weights, int pitch, int m, float[] rows, int n, int stride, float[] sums) {
    for (int i = 0; i < Kernel.roundUp(m, TILE_LEFT); i++) {
      Arrays.fill(sums, i * stride, (i + 1) * stride, 0f);
      for (int j = 0; j < n; j++) {
        addScaled(sums, i * stride, weights[i * pitch + j], rows, j * stride, stride);
      }
    }
  }

  @Override
  public float squaredNorm(float[] row, int offset, int stride) {
    return product(row, offset, row, offset, stride);
  }

  @Override
  public void addScaled(
      float[] target, int targetOffset, float scale, float[] row, int rowOffset, int stride) {
    for (int k = 0; k < stride; k++) {
      target[targetOffset + k] = Math.fma(row[rowOffset + k], scale, target[targetOffset + k]);
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
