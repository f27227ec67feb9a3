package io.millrace.learning.text.weighting;

import java.util.regex.Pattern;

/**
 * A bound on df, a number of documents: absolute or as a share of all documents.
 *
 * @param value a whole number of at least 1, or a share from 0 to 1
 * @param isShare whether the value is a share
 */
public record DocumentFrequencyBound(double value, boolean isShare) {

  /** One document: no lower bound. */
  public static final DocumentFrequencyBound ONE = new DocumentFrequencyBound(1, false);

  /** All documents: no upper bound. */
  public static final DocumentFrequencyBound ALL = new DocumentFrequencyBound(1, true);

  private static final Pattern WHOLE = Pattern.compile("\\d{1,15}");
  private static final Pattern FRACTION = Pattern.compile("\\d*\\.\\d+");

  public DocumentFrequencyBound {
    if (isShare ? !(value >= 0 && value <= 1) : !(value >= 1 && value == Math.rint(value))) {
      throw new IllegalArgumentException(
          isShare
              ? "a share of documents must be from 0.0 to 1.0, was " + value
              : "a number of documents must be whole and >= 1, was " + value);
    }
  }

  /**
   * Reads a bound as scikit-learn does: {@code 2} is a number of documents, {@code 0.5} a share of
   * them, {@code 1} one document and {@code 1.0} all.
   *
   * @throws IllegalArgumentException if the text is not a bound
   */
  public static DocumentFrequencyBound parse(String text) {
    if (WHOLE.matcher(text).matches()) {
      return new DocumentFrequencyBound(Double.parseDouble(text), false);
    }
    if (FRACTION.matcher(text).matches()) {
      return new DocumentFrequencyBound(Double.parseDouble(text), true);
    }
    throw new IllegalArgumentException(
        "must be a number of documents, such as 2, or a share of them with a point, such as 0.5,"
            + " was "
            + text);
  }

  /** The bound in a corpus of a number of documents. */
  double of(long documents) {
    return isShare ? value * documents : value;
  }

  @Override
  public String toString() {
    return isShare ? Double.toString(value) : Long.toString((long) value);
  }
}
