package io.millrace.learning.core;

/**
 * Accuracy and loss of a learner that predicts every example before it learns from it (Dawid 1984,
 * "Statistical Theory: The Prequential Approach"), over all examples so far. The predictions come
 * from the forward pass that learning makes anyway. Immutable.
 *
 * @param examples examples learned from, with or without a label
 * @param labelled those with a label of a known class
 * @param correct labelled examples that were predicted correctly
 * @param loss the sum of their cross-entropies, nats
 * @param refused examples whose label would have been one class too many
 */
public record PrequentialStats(
    long examples, long labelled, long correct, double loss, long refused) {

  /** The statistics of a learner that has seen nothing. */
  public static final PrequentialStats NONE = new PrequentialStats(0, 0, 0, 0, 0);

  /**
   * Adds an example with a label.
   *
   * @param scores {@code float[examples, classes]}, before the softmax
   * @param from where the example's row of scores begins
   * @param classes the classes that the loss is taken over, those first met in this batch included
   * @param known the classes known before this batch; only they can be the answer
   * @param target the class of the label
   */
  public PrequentialStats plusLabelled(
      float[] scores, int from, int classes, int known, int target) {
    boolean hit = Softmax.argMax(scores, from, known) == target;
    return new PrequentialStats(
        examples + 1,
        labelled + 1,
        correct + (hit ? 1 : 0),
        loss + Softmax.crossEntropy(scores, from, classes, target),
        refused);
  }

  /** Adds an example without a label. */
  public PrequentialStats plusUnlabelled() {
    return new PrequentialStats(examples + 1, labelled, correct, loss, refused);
  }

  /** Adds an example whose label would be one class too many. */
  public PrequentialStats plusRefused() {
    return new PrequentialStats(examples + 1, labelled, correct, loss, refused + 1);
  }

  /** Examples since an earlier moment. */
  public long examplesSince(PrequentialStats earlier) {
    return examples - earlier.examples;
  }

  /** Labelled examples since an earlier moment. */
  public long labelledSince(PrequentialStats earlier) {
    return labelled - earlier.labelled;
  }

  /** Labelled examples since an earlier moment that were predicted wrongly. */
  public long wrongSince(PrequentialStats earlier) {
    return labelledSince(earlier) - (correct - earlier.correct);
  }

  /**
   * The share of the labelled examples since an earlier moment predicted correctly; NaN if none.
   */
  public double accuracySince(PrequentialStats earlier) {
    return (double) (correct - earlier.correct) / labelledSince(earlier);
  }

  /** The mean cross-entropy of the labelled examples since an earlier moment, nats; NaN if none. */
  public double lossSince(PrequentialStats earlier) {
    return (loss - earlier.loss) / labelledSince(earlier);
  }
}
