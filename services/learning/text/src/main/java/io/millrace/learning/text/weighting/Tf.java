package io.millrace.learning.text.weighting;

/** What a term weighs by its count in a document: tf. */
public enum Tf {
  /** The count. */
  COUNT,
  /** 1, however often it is there. */
  BINARY,
  /** 1 + ln(count). */
  SUBLINEAR,
  /** The count divided by the document's tokens. */
  SHARE;

  /**
   * The frequency.
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
