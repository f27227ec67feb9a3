package io.millrace.learning.text.weighting;

/**
 * Inverse document frequency, idf: the weight of a term by how many of N documents have it, df
 * (Spärck Jones 1972, "A statistical interpretation of term specificity and its application in
 * retrieval").
 */
public enum Idf {
  /** 1: the corpus is ignored. */
  NONE,
  /** ln((1 + N) / (1 + df)) + 1. */
  SMOOTH,
  /** ln(N / df) + 1. */
  PLAIN,
  /** ln(N / (df + 1)): negative for a term that is in every document. */
  TEXTBOOK;

  /**
   * Computes the idf.
   *
   * @param documents N, including the document that is weighted
   * @param docFreq df; 0 only if it was evicted: the document that is weighted has the term
   */
  public double of(long documents, long docFreq) {
    return switch (this) {
      case NONE -> 1;
      case SMOOTH -> Math.log((1.0 + documents) / (1.0 + docFreq)) + 1;
      case PLAIN -> Math.log((double) documents / Math.max(1, docFreq)) + 1;
      case TEXTBOOK -> Math.log(documents / (docFreq + 1.0));
    };
  }
}
