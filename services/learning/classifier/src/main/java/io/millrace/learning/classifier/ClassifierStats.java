package io.millrace.learning.classifier;

/**
 * Figures over all that a classifier has learned.
 *
 * @param updates steps of the optimizer
 * @param examples examples that it was given
 * @param correct how many of them it had answered rightly before it learned from them
 * @param loss the sum of their cross-entropies before, nats; classes first met are already in it
 * @param vocabulary terms that have a row
 * @param classes classes that are known
 * @param admitted terms that got a row
 * @param evicted terms forgotten for want of room
 * @param ignored times that a term got no row
 * @param refused examples that were not learned from since their class was one too many
 */
public record ClassifierStats(
    long updates,
    long examples,
    long correct,
    double loss,
    int vocabulary,
    int classes,
    long admitted,
    long evicted,
    long ignored,
    long refused) {

  public static final ClassifierStats NONE = new ClassifierStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  /** The share of the examples since an earlier moment that were answered rightly; NaN if none. */
  public double accuracySince(ClassifierStats earlier) {
    return (double) (correct - earlier.correct) / (examples - earlier.examples);
  }

  /** The mean loss of the examples since an earlier moment, nats; NaN if there were none. */
  public double lossSince(ClassifierStats earlier) {
    return (loss - earlier.loss) / (examples - earlier.examples);
  }
}
