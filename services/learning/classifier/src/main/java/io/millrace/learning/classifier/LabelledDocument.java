package io.millrace.learning.classifier;

import java.util.List;

/**
 * A labelled document.
 *
 * @param terms each once
 * @param weights one for each term, from -1e6 to 1e6, so that no sum of them overflows
 * @param label neither empty nor longer than 1,000 UTF-16 units, without control characters
 */
public record LabelledDocument(List<String> terms, List<Double> weights, String label) {

  private static final double MAX_WEIGHT = 1e6;

  public LabelledDocument {
    terms = List.copyOf(terms);
    weights = List.copyOf(weights);
    if (terms.size() != weights.size()) {
      throw new IllegalArgumentException(
          "as many weights as terms, was " + weights.size() + " for " + terms.size());
    }
    if (!weights.stream().allMatch(weight -> Math.abs(weight) <= MAX_WEIGHT)) {
      throw new IllegalArgumentException("weights must be from -1e6 to 1e6");
    }
    if (!NameListCodec.isUsable(label, NameListCodec.MAX_LABEL_LENGTH)) {
      throw new IllegalArgumentException(
          "a label must have 1 to "
              + NameListCodec.MAX_LABEL_LENGTH
              + " characters and no control characters");
    }
  }
}
