package io.millrace.learning.text.weighting;

/** What a term weighs by the documents that hold it: idf. With N documents, df of them hold it. */
public enum Idf {
  /** 1: the corpus does not matter. */
  NONE,
  /** ln((1 + N) / (1 + df)) + 1. */
  SMOOTH,
  /** ln(N / df) + 1. */
  PLAIN,
  /** ln(N / (df + 1)): negative for a term that is in every document. */
  TEXTBOOK;

  /**
   * The rarity.
   *
   * @param documents N, the document in hand included
   * @param holding df; where it was evicted and is 0, the document in hand counts
   */
  public double of(long documents, long holding) {
    return switch (this) {
      case NONE -> 1;
      case SMOOTH -> Math.log((1.0 + documents) / (1.0 + holding)) + 1;
      case PLAIN -> Math.log((double) documents / Math.max(1, holding)) + 1;
      case TEXTBOOK -> Math.log(documents / (holding + 1.0));
    };
  }
}
