package io.millrace.learning.core;

/**
 * The softmax of scores, and the loss and the answer that follow from it. The same scores give the
 * same bits on every machine: {@link Math#exp} may differ in the last bit between interpreted and
 * compiled code, {@link StrictMath#exp} does not. The greatest score is subtracted from all scores
 * first, so that no power overflows.
 *
 * <p>Scores are finite. Methods with an offset read {@code scores[from]} to {@code scores[from +
 * classes - 1]}, the row of one example.
 */
public final class Softmax {

  private Softmax() {}

  /**
   * The probabilities of all scores.
   *
   * @return {@code double[scores.length]}, summing to 1; empty for no scores
   */
  public static double[] of(float[] scores) {
    return of(scores, 0, scores.length);
  }

  /**
   * The probabilities of a row of scores: exp(score) divided by the sum of all exp(score).
   *
   * @return {@code double[classes]}, summing to 1
   */
  public static double[] of(float[] scores, int from, int classes) {
    double greatest = greatest(scores, from, classes);
    double[] probabilities = new double[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      probabilities[c] = StrictMath.exp(scores[from + c] - greatest);
      sum += probabilities[c];
    }
    for (int c = 0; c < classes; c++) {
      probabilities[c] /= sum;
    }
    return probabilities;
  }

  /**
   * The cross-entropy of a row of scores, in nats: -ln of the target's probability, computed as ln
   * Σ exp(score) - score[target], which stays finite where the probability is rounded to 0.
   */
  public static double crossEntropy(float[] scores, int from, int classes, int target) {
    double greatest = greatest(scores, from, classes);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp(scores[from + c] - greatest);
    }
    return StrictMath.log(sum) + greatest - scores[from + target];
  }

  /** The class with the greatest score in a row, the first of equal ones; -1 for no classes. */
  public static int argMax(float[] scores, int from, int classes) {
    int best = -1;
    for (int c = 0; c < classes; c++) {
      if (best < 0 || scores[from + c] > scores[from + best]) {
        best = c;
      }
    }
    return best;
  }

  private static double greatest(float[] scores, int from, int classes) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      greatest = Math.max(greatest, scores[from + c]);
    }
    return greatest;
  }
}
