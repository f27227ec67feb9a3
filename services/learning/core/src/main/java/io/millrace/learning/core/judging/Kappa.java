package io.millrace.learning.core.judging;

/**
 * The kappa statistics of Bifet, De Francisci Morales, Read, Holmes and Pfahringer 2015, "Efficient
 * online evaluation of big data stream classifiers", section 4: how much of the way from a simpler
 * classifier to perfection a classifier has gone. In the paper's symbols {@code p0} is the accuracy
 * of the classifier, and
 *
 * <ul>
 *   <li>κ, Cohen's: {@code pc} is the agreement by chance;
 *   <li>κ<sub>m</sub>: {@code pm} is the accuracy of the classifier that always names the majority
 *       class;
 *   <li>κ<sub>per</sub> (also κ<sub>temporal</sub>): {@code pe} is the accuracy of the no-change
 *       classifier, which names the label before.
 * </ul>
 *
 * 1 is perfect, 0 as good as the simpler one, below 0 worse.
 */
public final class Kappa {

  private Kappa() {}

  /**
   * {@code (accuracy - baseline) / (1 - baseline)}; NaN if the baseline is perfect or one of them
   * is not a number.
   */
  public static double of(double accuracy, double baseline) {
    return baseline == 1 ? Double.NaN : (accuracy - baseline) / (1 - baseline);
  }
}
