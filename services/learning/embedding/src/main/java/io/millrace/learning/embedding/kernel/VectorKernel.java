package io.millrace.learning.embedding.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel in SIMD. Where the hardware has fewer than {@link #LANES} lanes, partial sums are
 * computed in several passes; the order of additions stays the same. Accumulators are local
 * variables, since elements of arrays would not stay in registers.
 *
 * <p>No method takes or returns a vector. Where the compiler reaches its limit of inlining, it
 * leaves a call, and a vector that is passed to it becomes an object: the kernel is then several
 * times slower. It always inlines the operations of the vector classes.
 */
public final class VectorKernel implements Kernel {

  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() <= LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;
  private static final int WIDTH = SPECIES.length();
  private static final int TILE = PAIR * GROUP * LANES;

  /** The partial sums of a tile of {@link #multiply}. */
  private final float[] packed = new float[TILE_LEFT * TILE_RIGHT * LANES];

  private final float[] rightSquares = new float[GROUP * LANES];
  private float[] leftSquares = new float[0];
  private float[] products = new float[0];

  @Override
  public void errors(RowSelection left, RowSelection right, int stride, float[] errors) {
    int pairs = Kernel.roundUp(left.count, PAIR) / PAIR;
    int tiles = Kernel.roundUp(right.count, GROUP) / GROUP * pairs;
    if (products.length < tiles * TILE) {
      products = new float[tiles * TILE];
    }
    for (int tile = 0; tile < tiles; tile++) {
      for (int pass = 0; pass < LANES; pass += WIDTH) {
        multiply(left, tile % pairs * PAIR, right, tile / pairs * GROUP, stride, pass, tile * TILE);
      }
    }
    for (int tile = 0; tile < tiles; tile++) {
      if (WIDTH == LANES) {
        LaneReduction.reduce(products, tile * TILE, tile < pairs, errors, tile * LANES);
      } else {
        reduceByLane(tile, tile < pairs, errors);
      }
    }
  }

  private void reduceByLane(int tile, boolean first, float[] errors) {
    for (int i = 0; i < PAIR; i++) {
      for (int j = 0; j < GROUP; j++) {
        float x = Kernel.sum(products, tile * TILE + (i * GROUP + j) * LANES);
        float half = first && j == 0 ? 0.5f : -0.5f;
        errors[tile * LANES + i * (LANES / PAIR) + j] = Logistic.error(x, half);
      }
    }
  }

  private void multiply(
      RowSelection left, int i, RowSelection right, int j, int stride, int pass, int tile) {
    float[] l = left.values;
    float[] r = right.values;
    int l0 = left.offsets[i];
    int l1 = left.offsets[i + 1];
    int r0 = right.offsets[j];
    int r1 = right.offsets[j + 1];
    int r2 = right.offsets[j + 2];
    int r3 = right.offsets[j + 3];
    int r4 = right.offsets[j + 4];
    int r5 = right.offsets[j + 5];
    FloatVector s00 = FloatVector.zero(SPECIES);
    FloatVector s01 = s00;
    FloatVector s02 = s00;
    FloatVector s03 = s00;
    FloatVector s04 = s00;
    FloatVector s05 = s00;
    FloatVector s10 = s00;
    FloatVector s11 = s00;
    FloatVector s12 = s00;
    FloatVector s13 = s00;
    FloatVector s14 = s00;
    FloatVector s15 = s00;
    for (int k = pass; k < stride; k += LANES) {
      FloatVector x0 = FloatVector.fromArray(SPECIES, l, l0 + k);
      FloatVector x1 = FloatVector.fromArray(SPECIES, l, l1 + k);
      FloatVector y = FloatVector.fromArray(SPECIES, r, r0 + k);
      s00 = x0.fma(y, s00);
      s10 = x1.fma(y, s10);
      y = FloatVector.fromArray(SPECIES, r, r1 + k);
      s01 = x0.fma(y, s01);
      s11 = x1.fma(y, s11);
      y = FloatVector.fromArray(SPECIES, r, r2 + k);
      s02 = x0.fma(y, s02);
      s12 = x1.fma(y, s12);
      y = FloatVector.fromArray(SPECIES, r, r3 + k);
      s03 = x0.fma(y, s03);
      s13 = x1.fma(y, s13);
      y = FloatVector.fromArray(SPECIES, r, r4 + k);
      s04 = x0.fma(y, s04);
      s14 = x1.fma(y, s14);
      y = FloatVector.fromArray(SPECIES, r, r5 + k);
      s05 = x0.fma(y, s05);
      s15 = x1.fma(y, s15);
    }
    float[] p = products;
    int to = tile + pass;
    s00.intoArray(p, to);
    s01.intoArray(p, to + LANES);
    s02.intoArray(p, to + 2 * LANES);
    s03.intoArray(p, to + 3 * LANES);
    s04.intoArray(p, to + 4 * LANES);
    s05.intoArray(p, to + 5 * LANES);
    s10.intoArray(p, to + 6 * LANES);
    s11.intoArray(p, to + 7 * LANES);
    s12.intoArray(p, to + 8 * LANES);
    s13.intoArray(p, to + 9 * LANES);
    s14.intoArray(p, to + 10 * LANES);
    s15.intoArray(p, to + 11 * LANES);
  }

  @Override
  public void applyGradients(RowSelection left, RowSelection right, int stride, float[] errors) {
    int lefts = left.count;
    if (leftSquares.length < lefts * LANES) {
      leftSquares = new float[lefts * LANES];
    }
    Arrays.fill(leftSquares, 0, lefts * LANES, 0f);
    int from = 0;
    for (int group = 0; group < right.count; group += GROUP) {
      for (int pass = 0; pass < LANES; pass += WIDTH) {
        applyGradients(left, right, group, stride, pass, errors, from);
      }
      for (int j = 0; j < GROUP; j++) {
        right.squares[group + j] = Kernel.sum(rightSquares, j * LANES);
      }
      from += Kernel.roundUp(lefts, PAIR) / PAIR * LANES;
    }
    for (int i = 0; i < lefts; i++) {
      left.squares[i] = Kernel.sum(leftSquares, i * LANES);
    }
  }

  private void applyGradients(
      RowSelection left,
      RowSelection right,
      int group,
      int stride,
      int pass,
      float[] errors,
      int from) {
    float[] l = left.values;
    float[] r = right.values;
    float[] squares = leftSquares;
    int[] leftAt = left.offsets;
    float[] leftRates = left.rates;
    float[] rates = right.rates;
    int lefts = left.count;
    int r0 = right.offsets[group];
    int r1 = right.offsets[group + 1];
    int r2 = right.offsets[group + 2];
    int r3 = right.offsets[group + 3];
    int r4 = right.offsets[group + 4];
    int r5 = right.offsets[group + 5];
    FloatVector q0 = FloatVector.zero(SPECIES);
    FloatVector q1 = q0;
    FloatVector q2 = q0;
    FloatVector q3 = q0;
    FloatVector q4 = q0;
    FloatVector q5 = q0;
    for (int k = pass; k < stride; k += LANES) {
      FloatVector y0 = FloatVector.fromArray(SPECIES, r, r0 + k);
      FloatVector y1 = FloatVector.fromArray(SPECIES, r, r1 + k);
      FloatVector y2 = FloatVector.fromArray(SPECIES, r, r2 + k);
      FloatVector y3 = FloatVector.fromArray(SPECIES, r, r3 + k);
      FloatVector y4 = FloatVector.fromArray(SPECIES, r, r4 + k);
      FloatVector y5 = FloatVector.fromArray(SPECIES, r, r5 + k);
      FloatVector g0 = FloatVector.zero(SPECIES);
      FloatVector g1 = g0;
      FloatVector g2 = g0;
      FloatVector g3 = g0;
      FloatVector g4 = g0;
      FloatVector g5 = g0;
      int e = from;
      for (int i = 0; i < lefts; i++) {
        int at = leftAt[i] + k;
        FloatVector x = FloatVector.fromArray(SPECIES, l, at);
        FloatVector w = FloatVector.broadcast(SPECIES, errors[e]);
        FloatVector g = y0.mul(w);
        g0 = x.fma(w, g0);
        w = FloatVector.broadcast(SPECIES, errors[e + 1]);
        g = y1.fma(w, g);
        g1 = x.fma(w, g1);
        w = FloatVector.broadcast(SPECIES, errors[e + 2]);
        g = y2.fma(w, g);
        g2 = x.fma(w, g2);
        w = FloatVector.broadcast(SPECIES, errors[e + 3]);
        g = y3.fma(w, g);
        g3 = x.fma(w, g3);
        w = FloatVector.broadcast(SPECIES, errors[e + 4]);
        g = y4.fma(w, g);
        g4 = x.fma(w, g4);
        w = FloatVector.broadcast(SPECIES, errors[e + 5]);
        g = y5.fma(w, g);
        g5 = x.fma(w, g5);
        g.fma(FloatVector.broadcast(SPECIES, leftRates[i]), x).intoArray(l, at);
        int q = i * LANES + pass;
        g.fma(g, FloatVector.fromArray(SPECIES, squares, q)).intoArray(squares, q);
        e += LANES / PAIR;
      }
      // Loaded again: a row may stand in the group twice.
      g0.fma(
              FloatVector.broadcast(SPECIES, rates[group]),
              FloatVector.fromArray(SPECIES, r, r0 + k))
          .intoArray(r, r0 + k);
      g1.fma(
              FloatVector.broadcast(SPECIES, rates[group + 1]),
              FloatVector.fromArray(SPECIES, r, r1 + k))
          .intoArray(r, r1 + k);
      g2.fma(
              FloatVector.broadcast(SPECIES, rates[group + 2]),
              FloatVector.fromArray(SPECIES, r, r2 + k))
          .intoArray(r, r2 + k);
      g3.fma(
              FloatVector.broadcast(SPECIES, rates[group + 3]),
              FloatVector.fromArray(SPECIES, r, r3 + k))
          .intoArray(r, r3 + k);
      g4.fma(
              FloatVector.broadcast(SPECIES, rates[group + 4]),
              FloatVector.fromArray(SPECIES, r, r4 + k))
          .intoArray(r, r4 + k);
      g5.fma(
              FloatVector.broadcast(SPECIES, rates[group + 5]),
              FloatVector.fromArray(SPECIES, r, r5 + k))
          .intoArray(r, r5 + k);
      q0 = g0.fma(g0, q0);
      q1 = g1.fma(g1, q1);
      q2 = g2.fma(g2, q2);
      q3 = g3.fma(g3, q3);
      q4 = g4.fma(g4, q4);
      q5 = g5.fma(g5, q5);
    }
    float[] q = rightSquares;
    q0.intoArray(q, pass);
    q1.intoArray(q, LANES + pass);
    q2.intoArray(q, 2 * LANES + pass);
    q3.intoArray(q, 3 * LANES + pass);
    q4.intoArray(q, 4 * LANES + pass);
    q5.intoArray(q, 5 * LANES + pass);
  }

  @Override
  public void mean(RowSelection left, int stride, float[] mean) {
    FloatVector share = FloatVector.broadcast(SPECIES, 1f / left.count);
    for (int k = 0; k < stride; k += WIDTH) {
      FloatVector sum = FloatVector.zero(SPECIES);
      for (int i = 0; i < left.count; i++) {
        sum = FloatVector.fromArray(SPECIES, left.values, left.offsets[i] + k).fma(share, sum);
      }
      sum.intoArray(mean, k);
    }
  }

  @Override
  public void applySharedGradient(RowSelection left, int stride, float[] after, float[] before) {
    for (int k = 0; k < stride; k += WIDTH) {
      FloatVector gradient =
          FloatVector.fromArray(SPECIES, after, k).sub(FloatVector.fromArray(SPECIES, before, k));
      for (int i = 0; i < left.count; i++) {
        gradient
            .fma(
                FloatVector.broadcast(SPECIES, left.rates[i]),
                FloatVector.fromArray(SPECIES, left.values, left.offsets[i] + k))
            .intoArray(left.values, left.offsets[i] + k);
      }
    }
  }

  @Override
  public void multiply(float[] left, int m, float[] right, int n, int stride, float[] products) {
    int across = Kernel.paddedColumns(n);
    for (int i = 0; i < m; i += TILE_LEFT) {
      for (int j = 0; j < n; j += TILE_RIGHT) {
        for (int pass = 0; pass < LANES; pass += WIDTH) {
          multiplyTile(left, i * stride + pass, right, j * stride + pass, stride, pass);
        }
        int at = i * across + j;
        products[at] = Kernel.sum(packed, 0);
        products[at + 1] = Kernel.sum(packed, LANES);
        products[at + 2] = Kernel.sum(packed, 2 * LANES);
        products[at + across] = Kernel.sum(packed, 3 * LANES);
        products[at + across + 1] = Kernel.sum(packed, 4 * LANES);
        products[at + across + 2] = Kernel.sum(packed, 5 * LANES);
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
    s00.intoArray(packed, pass);
    s01.intoArray(packed, LANES + pass);
    s02.intoArray(packed, 2 * LANES + pass);
    s10.intoArray(packed, 3 * LANES + pass);
    s11.intoArray(packed, 4 * LANES + pass);
    s12.intoArray(packed, 5 * LANES + pass);
  }
}
