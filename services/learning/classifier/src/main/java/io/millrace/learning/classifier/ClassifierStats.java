package io.millrace.learning.classifier;

/**
 * The statistics of a classifier over its whole life, restarts included.
 *
 * @param updates updates of the optimizer
 * @param examples examples that it was given, the refused ones included
 * @param correct those of them that it predicted correctly before it learned from them
 * @param loss the sum of the cross-entropies of these predictions, nats; classes that the batch
 *     itself added count
 * @param vocabulary terms that have a row
 * @param classes known classes
 * @param admitted times that a term got a row
 * @param evicted terms evicted from the vocabulary
 * @param ignored times that a term got no row
 * @param refused examples that were not learned from since their label would be one class too many
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

  /** Examples since an earlier moment, without the refused ones. */
  public long labelledSince(ClassifierStats earlier) {
    return examples - refused - (earlier.examples - earlier.refused);
  }

  /** Those of them that were predicted wrongly. */
  public long wrongSince(ClassifierStats earlier) {
    return labelledSince(earlier) - (correct - earlier.correct);
  }

  /** The share of the examples since an earlier moment predicted correctly; NaN if none. */
  public double accuracySince(ClassifierStats earlier) {
    return (double) (correct - earlier.correct) / (examples - earlier.examples);
  }

  /** The mean loss of the examples since an earlier moment, nats; NaN if there were none. */
  public double lossSince(ClassifierStats earlier) {
    return (loss - earlier.loss) / (examples - earlier.examples);
  }
}
