package io.millrace.learning.text.weighting;

import java.util.List;

/**
 * A document as weighted terms. Immutable.
 *
 * @param terms each once, in ascending order of their UTF-16 code units
 * @param weights one for each term, in the same order
 */
public record SparseVector(List<String> terms, List<Double> weights) {
  public SparseVector {
    terms = List.copyOf(terms);
    weights = List.copyOf(weights);
    if (terms.size() != weights.size()) {
      throw new IllegalArgumentException(
          "there must be one weight for each term, was " + weights.size() + " for " + terms.size());
    }
  }
}
