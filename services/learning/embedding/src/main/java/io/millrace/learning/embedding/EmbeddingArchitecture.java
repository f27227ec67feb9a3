package io.millrace.learning.embedding;

/**
 * What predicts a target word (Mikolov et al. 2013, "Efficient Estimation of Word
 * Representations").
 */
public enum EmbeddingArchitecture {
  /** Each context word alone predicts the target. */
  SKIP_GRAM,
  /** The mean of the context words predicts the target. */
  CBOW
}
