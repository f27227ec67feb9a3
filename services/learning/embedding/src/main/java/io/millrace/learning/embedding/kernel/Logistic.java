package io.millrace.learning.embedding.kernel;

/**
 * The error of logistic regression, label less 1 / (1 + exp(-x)), by the seventh convergent of
 * Lambert's continued fraction for tanh(x / 2), within 2e-5, where x is clamped to ±8. It consists
 * of correctly rounded operations only, so that SIMD gives the same bits.
 */
final class Logistic {

  static final float LIMIT = 8;
  static final float N1 = 135_135;
  static final float N3 = 17_325;
  static final float N5 = 378;
  static final float D2 = 62_370;
  static final float D4 = 3_150;
  static final float D6 = 28;

  private Logistic() {}

  /**
   * The error.
   *
   * @param x the product of two rows
   * @param half the label less one half
   */
  static float error(float x, float half) {
    float y = Math.max(-LIMIT, Math.min(LIMIT, x)) * 0.5f;
    float z = y * y;
    float numerator = Math.fma(Math.fma(z + N5, z, N3), z, N1) * y;
    float denominator = Math.fma(Math.fma(Math.fma(D6, z, D4), z, D2), z, N1);
    return Math.fma(numerator / denominator, -0.5f, half);
  }
}
