package io.millrace.learning.text.weighting;

/** Term frequency, tf: the weight of a term by its count in the document. */
public enum Tf {
  /** The count. */
  COUNT,
  /** 1, whatever the count. */
  BINARY,
  /** 1 + ln(count). */
  SUBLINEAR,
  /** The count divided by the document's tokens. */
  SHARE;

  /**
   * Computes the tf.
   *
   * @param count how often the term is in the document, at least 1
   * @param tokens how many tokens the document has
   */
  public double of(int count, long tokens) {
    return switch (this) {
      case COUNT -> count;
      case BINARY -> 1;
      case SUBLINEAR -> 1 + Math.log(count);
      case SHARE -> (double) count / tokens;
    };
  }
}
