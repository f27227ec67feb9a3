package io.millrace.learning.classifier;

/** Turns scores into probabilities. The same scores give the same bits on every machine. */
public final class Softmax {

  private Softmax() {}

  /**
   * The probabilities of scores: exp(score) by their sum. The greatest score is taken off all
   * before, so that none overflows.
   *
   * @param scores finite
   * @return as many, adding up to 1; none for none
   */
  public static double[] of(float[] scores) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      greatest = Math.max(greatest, score);
    }
    double[] probabilities = new double[scores.length];
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      // Math.exp may differ in the last bit between interpreted and compiled code.
      probabilities[i] = StrictMath.exp(scores[i] - greatest);
      sum += probabilities[i];
    }
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] /= sum;
    }
    return probabilities;
  }
}
