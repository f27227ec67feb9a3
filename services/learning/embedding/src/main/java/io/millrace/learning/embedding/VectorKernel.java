package io.millrace.learning.embedding;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel in SIMD. Where the hardware has fewer than {@link #LANES} lanes, the partial sums are
 * made in several passes; the order of additions stays the same. Accumulators are locals, since
 * those in arrays would not stay in registers.
 */
final class VectorKernel implements Kernel {

  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int WIDTH = SPECIES.length();

  /** The partial sums of one tile: LANES for each pair of rows. */
  private final float[] partial = new float[TILE_LEFT * TILE_RIGHT * LANES];

  @Override
  public void multiply(float[] left, int m, float[] right, int n, int stride, float[] products) {
    int across = Kernel.across(n);
    for (int i = 0; i < m; i += TILE_LEFT) {
      for (int j = 0; j < n; j += TILE_RIGHT) {
        for (int pass = 0; pass < LANES; pass += WIDTH) {
          multiplyTile(left, i * stride + pass, right, j * stride + pass, stride, pass);
        }
        int at = i * across + j;
        products[at] = Kernel.sum(partial, 0);
        products[at + 1] = Kernel.sum(partial, LANES);
        products[at + 2] = Kernel.sum(partial, 2 * LANES);
        products[at + across] = Kernel.sum(partial, 3 * LANES);
        products[at + across + 1] = Kernel.sum(partial, 4 * LANES);
        products[at + across + 2] = Kernel.sum(partial, 5 * LANES);
      }
    }
  }

  private void multiplyTile(float[] left, int l, float[] right, int r, int stride, int pass) {
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    for (int k = 0; k < stride - pass; k += LANES) {
      FloatVector l0 = FloatVector.fromArray(SPECIES, left, l + k);
      FloatVector l1 = FloatVector.fromArray(SPECIES, left, l + stride + k);
      FloatVector r0 = FloatVector.fromArray(SPECIES, right, r + k);
      FloatVector r1 = FloatVector.fromArray(SPECIES, right, r + stride + k);
      FloatVector r2 = FloatVector.fromArray(SPECIES, right, r + 2 * stride + k);
      s00 = l0.fma(r0, s00);
      s01 = l0.fma(r1, s01);
      s02 = l0.fma(r2, s02);
      s10 = l1.fma(r0, s10);
      s11 = l1.fma(r1, s11);
      s12 = l1.fma(r2, s12);
    }
    s00.intoArray(partial, pass);
    s01.intoArray(partial, LANES + pass);
    s02.intoArray(partial, 2 * LANES + pass);
    s10.intoArray(partial, 3 * LANES + pass);
    s11.intoArray(partial, 4 * LANES + pass);
    s12.intoArray(partial, 5 * LANES + pass);
  }

  @Override
  public void combine(
      float[] weights, int pitch, int m, float[] rows, int n, int stride, float[] sums) {
    for (int i = 0; i < m; i += TILE_LEFT) {
      int w0 = i * pitch;
      int w1 = w0 + pitch;
      for (int k = 0; k < stride; k += WIDTH) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        for (int j = 0; j < n; j++) {
          FloatVector row = FloatVector.fromArray(SPECIES, rows, j * stride + k);
          s0 = row.fma(FloatVector.broadcast(SPECIES, weights[w0 + j]), s0);
          s1 = row.fma(FloatVector.broadcast(SPECIES, weights[w1 + j]), s1);
        }
        s0.intoArray(sums, i * stride + k);
        s1.intoArray(sums, (i + 1) * stride + k);
      }
    }
  }

  @Override
  public float squaredNorm(float[] row, int offset, int stride) {
    for (int pass = 0; pass < LANES; pass += WIDTH) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int k = pass; k < stride; k += LANES) {
        FloatVector part = FloatVector.fromArray(SPECIES, row, offset + k);
        sum = part.fma(part, sum);
      }
      sum.intoArray(partial, pass);
    }
    return Kernel.sum(partial, 0);
  }

  @Override
  public void addScaled(
      float[] target, int targetOffset, float scale, float[] row, int rowOffset, int stride) {
    FloatVector factor = FloatVector.broadcast(SPECIES, scale);
    for (int k = 0; k < stride; k += WIDTH) {
      FloatVector old = FloatVector.fromArray(SPECIES, target, targetOffset + k);
      FloatVector part = FloatVector.fromArray(SPECIES, row, rowOffset + k);
      part.fma(factor, old).intoArray(target, targetOffset + k);
    }
  }
}
