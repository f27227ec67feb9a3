package io.millrace.search.words;

import java.util.regex.Pattern;

/** A vector as people write it: numbers separated by commas or blanks, in brackets or not. */
public final class VectorText {

  private static final Pattern BETWEEN = Pattern.compile("[\\s,]+");

  private VectorText() {}

  /**
   * Reads a vector.
   *
   * @throws IllegalArgumentException if the text is something else; the message says what
   */
  public static float[] parse(String text) {
    String inner = text.strip();
    if (inner.startsWith("[") && inner.endsWith("]")) {
      inner = inner.substring(1, inner.length() - 1).strip();
    }
    if (inner.isEmpty()) {
      throw new IllegalArgumentException("there are no numbers");
    }
    String[] parts = BETWEEN.split(inner);
    float[] vector = new float[parts.length];
    for (int k = 0; k < parts.length; k++) {
      vector[k] = number(parts[k]);
    }
    return vector;
  }

  private static float number(String text) {
    try {
      float number = Float.parseFloat(text);
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like one that is not finite.
    }
    throw new IllegalArgumentException("'" + text + "' is not a finite number");
  }
}
