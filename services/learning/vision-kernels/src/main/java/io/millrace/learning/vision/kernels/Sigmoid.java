package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The sigmoid 1 / (1 + exp(-x)) of many numbers. The exponential is Cephes' {@code expf} (Moshier
 * 1989): x = n · ln 2 + r, a polynomial of degree 7 in r, times 2^n. It uses nothing but exactly
 * rounded operations, so that it gives the same bits on every processor; a library's vectorised
 * exponential does not. Within 2e-7 of the exact value.
 */
final class Sigmoid {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;

  /** Beyond this exp(-x) would leave the range of finite numbers above zero. */
  private static final float FARTHEST = 87;

  /** Adding and taking away 1.5 · 2^23 rounds to a whole number, which then stands in the bits. */
  private static final float ROUNDING = 12_582_912f;

  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;
  private static final int MANTISSA_BITS = 23;

  private Sigmoid() {}

  /** Replaces numbers by their sigmoids. */
  static void apply(float[] values, int from, int length) {
    int end = from + length;
    int whole = from + SPECIES.loopBound(length);
    for (int i = from; i < whole; i += SPECIES.length()) {
      of(FloatVector.fromArray(SPECIES, values, i)).intoArray(values, i);
    }
    if (whole < end) {
      VectorMask<Float> rest = SPECIES.indexInRange(whole, end);
      of(FloatVector.fromArray(SPECIES, values, whole, rest)).intoArray(values, whole, rest);
    }
  }

  private static FloatVector of(FloatVector x) {
    FloatVector power = exp(x.neg().min(FARTHEST).max(-FARTHEST));
    return FloatVector.broadcast(SPECIES, 1f).div(power.add(1f));
  }

  private static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(FloatVector.broadcast(SPECIES, LOG2_E), broadcast(ROUNDING));
    FloatVector n = shifted.sub(ROUNDING);
    FloatVector r = n.fma(broadcast(-LN2_HIGH), x);
    r = n.fma(broadcast(-LN2_LOW), r);
    FloatVector p = broadcast(1.9875691500e-4f);
    p = p.fma(r, broadcast(1.3981999507e-3f));
    p = p.fma(r, broadcast(8.3334519073e-3f));
    p = p.fma(r, broadcast(4.1665795894e-2f));
    p = p.fma(r, broadcast(1.6666665459e-1f));
    p = p.fma(r, broadcast(5.0000001201e-1f));
    p = p.fma(r.mul(r), r).add(1f);
    IntVector bits =
        shifted
            .reinterpretAsInts()
            .sub(Float.floatToRawIntBits(ROUNDING) - Float.MAX_EXPONENT)
            .lanewise(VectorOperators.LSHL, MANTISSA_BITS);
    return p.mul(bits.reinterpretAsFloats());
  }

  private static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
