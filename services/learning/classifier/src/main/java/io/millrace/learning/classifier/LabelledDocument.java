package io.millrace.learning.classifier;

import java.util.List;

/**
 * An example: a document with its label.
 *
 * @param terms the document's terms, each once; their weights are from -1e6 to 1e6, so that no sum
 *     of them overflows
 * @param label 1 to 1,000 UTF-16 units without control characters
 */
public record LabelledDocument(TermVector terms, String label) {

  private static final double MAX_WEIGHT = 1e6;

  public LabelledDocument {
    if (!terms.isWithin(MAX_WEIGHT)) {
      throw new IllegalArgumentException("weights must be in [-1e6, 1e6]");
    }
    if (!NameListCodec.isUsable(label, NameListCodec.MAX_LABEL_LENGTH)) {
      throw new IllegalArgumentException(
          "a label must have 1 to "
              + NameListCodec.MAX_LABEL_LENGTH
              + " characters and no control characters");
    }
  }

  /** An example whose terms are strings. */
  public LabelledDocument(List<String> terms, List<Double> weights, String label) {
    this(TermVector.of(terms, weights), label);
  }
}
