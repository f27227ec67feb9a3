package io.millrace.learning.text.weighting;

/**
 * What a document's weights are divided by, so that long documents weigh no more than short ones.
 */
public enum Norm {
  /** Nothing. */
  NONE,
  /** The sum of their absolute values. */
  L1,
  /** Their Euclidean length. */
  L2;

  /** Divides the first weights of an array, in their order; weights that are all 0 stay 0. */
  public void scale(double[] weights, int size) {
    double length =
        switch (this) {
          case NONE -> 1;
          case L1 -> sum(weights, size);
          case L2 -> Math.sqrt(squares(weights, size));
        };
    if (length != 0 && this != NONE) {
      for (int i = 0; i < size; i++) {
        weights[i] /= length;
      }
    }
  }

  private static double sum(double[] weights, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += Math.abs(weights[i]);
    }
    return sum;
  }

  private static double squares(double[] weights, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += weights[i] * weights[i];
    }
    return sum;
  }
}
