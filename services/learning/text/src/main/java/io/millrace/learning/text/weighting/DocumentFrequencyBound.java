package io.millrace.learning.text.weighting;

import java.util.regex.Pattern;

/**
 * A number of documents, absolute or as a share of all.
 *
 * @param value a whole number of at least 1, or a share from 0 to 1
 * @param isShare which of them it is
 */
public record DocumentFrequencyBound(double value, boolean isShare) {

  /** The least that a term of a document can be in. */
  public static final DocumentFrequencyBound ONE = new DocumentFrequencyBound(1, false);

  /** All documents. */
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
   * @throws IllegalArgumentException if it is none
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

  /** How many documents it is of so many. */
  double of(long documents) {
    return isShare ? value * documents : value;
  }

  @Override
  public String toString() {
    return isShare ? Double.toString(value) : Long.toString((long) value);
  }
}
