package io.millrace.learning.embedding;

/**
 * The logistic function and its loss, from tables: reproducible everywhere, and fast. Inputs are
 * rounded to 1/256 and held within ±8.
 */
final class Sigmoid {

  private static final int LIMIT = 8;
  private static final int STEPS_PER_UNIT = 256;
  private static final int ZERO = LIMIT * STEPS_PER_UNIT;
  private static final float[] VALUE = new float[2 * ZERO + 1];
  private static final float[] LOSS = new float[2 * ZERO + 1];

  static {
    for (int i = 0; i < VALUE.length; i++) {
      double x = (double) (i - ZERO) / STEPS_PER_UNIT;
      VALUE[i] = (float) (1 / (1 + StrictMath.exp(-x)));
      LOSS[i] = (float) StrictMath.log1p(StrictMath.exp(-x));
    }
  }

  private Sigmoid() {}

  /** Where a number stands in the tables. */
  static int index(float x) {
    int i = (int) (x * STEPS_PER_UNIT + (ZERO + 0.5f));
    return Math.clamp(i, 0, 2 * ZERO);
  }

  /** 1 / (1 + exp(-x)). */
  static float value(int index) {
    return VALUE[index];
  }

  /** -ln of the value at x. */
  static float loss(int index) {
    return LOSS[index];
  }

  /** The index of -x. */
  static int negated(int index) {
    return 2 * ZERO - index;
  }
}
