package io.millrace.learning.embedding.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reduces twelve vectors of {@link Kernel#LANES} partial sums to twelve sums at once, in the order
 * of {@link Kernel#sum}, and computes the errors of these. Two vectors become one that holds the
 * sums of the halves of both, then of quarters, eighths and sixteenths: a fourth of the additions
 * of reducing each vector by itself.
 */
final class LaneReduction {

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

  private LaneReduction() {}

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
   * Reduces a tile of products to errors.
   *
   * @param p float[2, 6, 16], from {@code at}
   * @param first whether the tile's first right row is the target
   * @param errors float[2, 8], from {@code to}, of which six are used
   */
  static void reduce(float[] p, int at, boolean first, float[] errors, int to) {
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
    FloatVector e0 = s00.blend(s10, UPPER8).add(s10.blend(s00, UPPER8).rearrange(SWAP8));
    FloatVector e1 = s01.blend(s11, UPPER8).add(s11.blend(s01, UPPER8).rearrange(SWAP8));
    FloatVector e2 = s02.blend(s12, UPPER8).add(s12.blend(s02, UPPER8).rearrange(SWAP8));
    FloatVector e3 = s03.blend(s13, UPPER8).add(s13.blend(s03, UPPER8).rearrange(SWAP8));
    FloatVector e4 = s04.blend(s14, UPPER8).add(s14.blend(s04, UPPER8).rearrange(SWAP8));
    FloatVector e5 = s05.blend(s15, UPPER8).add(s15.blend(s05, UPPER8).rearrange(SWAP8));
    FloatVector a = e0.blend(e4, UPPER4).add(e4.blend(e0, UPPER4).rearrange(SWAP4));
    FloatVector b = e1.blend(e5, UPPER4).add(e5.blend(e1, UPPER4).rearrange(SWAP4));
    FloatVector c = e2.blend(e2, UPPER4).add(e2.blend(e2, UPPER4).rearrange(SWAP4));
    FloatVector d = e3.blend(e3, UPPER4).add(e3.blend(e3, UPPER4).rearrange(SWAP4));
    FloatVector f = a.blend(c, UPPER2).add(c.blend(a, UPPER2).rearrange(SWAP2));
    FloatVector g = b.blend(d, UPPER2).add(d.blend(b, UPPER2).rearrange(SWAP2));
    FloatVector x = f.blend(g, UPPER1).add(g.blend(f, UPPER1).rearrange(SWAP1));
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
    numerator
        .div(denominator)
        .fma(FloatVector.broadcast(SPECIES, -0.5f), first ? FIRST_LABELS : OTHER_LABELS)
        .intoArray(errors, to);
  }
}
