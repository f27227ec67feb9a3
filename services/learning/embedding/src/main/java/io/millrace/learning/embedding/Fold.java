package io.millrace.learning.embedding;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adds up the lanes of twelve vectors of {@link Kernel#LANES} lanes at once, in the order of {@link
 * Kernel#sum}, and makes errors of the sums. Two vectors become one that holds the sums of the
 * upper and lower halves of both, and so on with quarters and eighths: a fourth of the additions
 * that one after the other would take.
 */
final class Fold {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_512;
  private static final VectorMask<Float> UPPER8 = upper(8);
  private static final VectorMask<Float> UPPER4 = upper(4);
  private static final VectorMask<Float> UPPER2 = upper(2);
  private static final VectorMask<Float> UPPER1 = upper(1);
  private static final VectorShuffle<Float> SWAP8 = swap(8);
  private static final VectorShuffle<Float> SWAP4 = swap(4);
  private static final VectorShuffle<Float> SWAP2 = swap(2);
  private static final VectorShuffle<Float> SWAP1 = swap(1);
  private static final FloatVector FIRST_LABELS = labels(0.5f);
  private static final FloatVector OTHER_LABELS = labels(-0.5f);

  private Fold() {}

  /** The upper half of each group of lanes. */
  private static VectorMask<Float> upper(int half) {
    boolean[] lanes = new boolean[SPECIES.length()];
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = (lane & half) != 0;
    }
    return VectorMask.fromArray(SPECIES, lanes, 0);
  }

  /** Exchanges the halves of each group of lanes. */
  private static VectorShuffle<Float> swap(int half) {
    return VectorShuffle.fromOp(SPECIES, lane -> lane ^ half);
  }

  private static FloatVector labels(float first) {
    float[] halves = new float[SPECIES.length()];
    for (int lane = 0; lane < halves.length; lane++) {
      halves[lane] = lane % (Kernel.LANES / Kernel.PAIR) == 0 ? first : -0.5f;
    }
    return FloatVector.fromArray(SPECIES, halves, 0);
  }

  /**
   * Folds a tile of products.
   *
   * @param p float[2, 6, 16], from {@code at}
   * @param first whether the tile's first right row is the target
   * @param errors float[2, 8], from {@code to}, of which six are used
   */
  static void errors(float[] p, int at, boolean first, float[] errors, int to) {
    FloatVector s00 = FloatVector.fromArray(SPECIES, p, at);
    FloatVector s01 = FloatVector.fromArray(SPECIES, p, at + 16);
    FloatVector s02 = FloatVector.fromArray(SPECIES, p, at + 32);
    FloatVector s03 = FloatVector.fromArray(SPECIES, p, at + 48);
    FloatVector s04 = FloatVector.fromArray(SPECIES, p, at + 64);
    FloatVector s05 = FloatVector.fromArray(SPECIES, p, at + 80);
    FloatVector s10 = FloatVector.fromArray(SPECIES, p, at + 96);
    FloatVector s11 = FloatVector.fromArray(SPECIES, p, at + 112);
    FloatVector s12 = FloatVector.fromArray(SPECIES, p, at + 128);
    FloatVector s13 = FloatVector.fromArray(SPECIES, p, at + 144);
    FloatVector s14 = FloatVector.fromArray(SPECIES, p, at + 160);
    FloatVector s15 = FloatVector.fromArray(SPECIES, p, at + 176);
    FloatVector a = fold4(fold8(s00, s10), fold8(s04, s14));
    FloatVector b = fold4(fold8(s01, s11), fold8(s05, s15));
    FloatVector c = fold8(s02, s12);
    FloatVector d = fold8(s03, s13);
    FloatVector sums = fold1(fold2(a, fold4(c, c)), fold2(b, fold4(d, d)));
    error(sums, first ? FIRST_LABELS : OTHER_LABELS).intoArray(errors, to);
  }

  private static FloatVector fold8(FloatVector a, FloatVector b) {
    return a.blend(b, UPPER8).add(b.blend(a, UPPER8).rearrange(SWAP8));
  }

  private static FloatVector fold4(FloatVector a, FloatVector b) {
    return a.blend(b, UPPER4).add(b.blend(a, UPPER4).rearrange(SWAP4));
  }

  private static FloatVector fold2(FloatVector a, FloatVector b) {
    return a.blend(b, UPPER2).add(b.blend(a, UPPER2).rearrange(SWAP2));
  }

  private static FloatVector fold1(FloatVector a, FloatVector b) {
    return a.blend(b, UPPER1).add(b.blend(a, UPPER1).rearrange(SWAP1));
  }

  /** {@link Logistic#error} of every lane. */
  private static FloatVector error(FloatVector x, FloatVector labels) {
    FloatVector y = x.min(Logistic.LIMIT).max(-Logistic.LIMIT).mul(0.5f);
    FloatVector z = y.mul(y);
    FloatVector numerator =
        z.add(Logistic.N5)
            .fma(z, FloatVector.broadcast(SPECIES, Logistic.N3))
            .fma(z, FloatVector.broadcast(SPECIES, Logistic.N1))
            .mul(y);
    FloatVector denominator =
        z.fma(
                FloatVector.broadcast(SPECIES, Logistic.D6),
                FloatVector.broadcast(SPECIES, Logistic.D4))
            .fma(z, FloatVector.broadcast(SPECIES, Logistic.D2))
            .fma(z, FloatVector.broadcast(SPECIES, Logistic.N1));
    return numerator.div(denominator).fma(FloatVector.broadcast(SPECIES, -0.5f), labels);
  }
}
