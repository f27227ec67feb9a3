package io.millrace.learning.classifier;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * The update rules. Only rows that have a gradient are updated, so that the cost of an update
 * follows the terms of its documents, not the vocabulary.
 *
 * <ul>
 *   <li>{@code rowwise-adagrad}: AdaGrad (Duchi, Hazan and Singer 2011) with one accumulator for
 *       each term, the sum of its gradients' mean squares, as in recommender systems (FBGEMM's
 *       exact row-wise AdaGrad). The layers that every document updates have one for each weight.
 *   <li>{@code adagrad}: with one accumulator for each weight: {@code torch.optim.Adagrad}.
 *   <li>{@code adam}: Kingma and Ba 2015, β 0.9 and 0.999, ε 1e-8: {@code torch.optim.Adam}, except
 *       that a term's moments do not decay while the term does not occur, as in {@code
 *       torch.optim.SparseAdam}.
 * </ul>
 */
public enum ClassifierOptimizer {
  ROWWISE_ADAGRAD(0.1, 0.03),
  ADAGRAD(0.1, 0.03),
  ADAM(0.01, 0.003);

  private final double rate;
  private final double denseRate;

  ClassifierOptimizer(double rate, double denseRate) {
    this.rate = rate;
    this.denseRate = denseRate;
  }

  /**
   * The optimizer of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ClassifierOptimizer named(String name) {
    return Arrays.stream(values())
        .filter(optimizer -> optimizer.settingName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "optimizer must be one of " + String.join(", ", names()) + ", was " + name));
  }

  /** All names. */
  public static Collection<String> names() {
    return Arrays.stream(values()).map(ClassifierOptimizer::settingName).toList();
  }

  /** The name in settings. */
  public String settingName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The default learning rate of the terms. */
  public double rate() {
    return rate;
  }

  /** The default learning rate of the weights that every document updates. */
  public double denseRate() {
    return denseRate;
  }

  /** The rule for the layers that every document updates. */
  ClassifierOptimizer dense() {
    return this == ROWWISE_ADAGRAD ? ADAGRAD : this;
  }

  /** The numbers that the rule keeps for a row of {@code width} weights. */
  int stateWidth(int width) {
    return switch (this) {
      case ROWWISE_ADAGRAD -> 1;
      case ADAGRAD -> width;
      case ADAM -> 2 * width;
    };
  }
}
