package io.millrace.learning.classifier;

/**
 * The hyper-parameters of {@link OnlineClassifier}. Any difference makes another model of the same
 * examples.
 *
 * @param hidden units of the hidden layer, 1 to 1,024
 * @param vocabulary the most terms that have a row at any time, 16 to 262,144
 * @param classes the most classes, 1 to 10,000
 * @param optimizer the update rule
 * @param rate the learning rate of the terms' rows, in (0, 10]
 * @param denseRate the learning rate of the biases and the output layer, which every document
 *     updates, in (0, 10]
 */
public record OnlineClassifierConfig(
    int hidden,
    int vocabulary,
    int classes,
    ClassifierOptimizer optimizer,
    double rate,
    double denseRate) {

  public static final int MAX_HIDDEN = 1_024;
  public static final int MIN_VOCABULARY = 16;

  /** With terms of the greatest length, 64 characters, the header of a model file has 17 MB. */
  public static final int MAX_VOCABULARY = 1 << 18;

  public static final int MAX_CLASSES = 10_000;

  public OnlineClassifierConfig {
    requireBetween("hidden", hidden, 1, MAX_HIDDEN);
    requireBetween("vocabulary", vocabulary, MIN_VOCABULARY, MAX_VOCABULARY);
    requireBetween("classes", classes, 1, MAX_CLASSES);
    requireRate("rate", rate);
    requireRate("denseRate", denseRate);
  }

  /**
   * The values that did best on mails and newsgroups; docs/design-classifier.md has the results.
   */
  public static OnlineClassifierConfig defaults() {
    ClassifierOptimizer optimizer = ClassifierOptimizer.ROWWISE_ADAGRAD;
    return new OnlineClassifierConfig(
        64, 65_536, 1_000, optimizer, optimizer.rate(), optimizer.denseRate());
  }

  private static void requireBetween(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          what + " must be in [" + least + ", " + most + "], was " + value);
    }
  }

  private static void requireRate(String what, double value) {
    if (!(value > 0 && value <= 10)) {
      throw new IllegalArgumentException(what + " must be in (0, 10], was " + value);
    }
  }
}
