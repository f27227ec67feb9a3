package io.millrace.learning.classifier;

import java.util.List;

/** Encodes and decodes the lists of terms and labels in a model file's metadata: a line each. */
final class NameListCodec {

  /** The longest term, in UTF-16 units; it bounds the file's header. */
  static final int MAX_TERM_LENGTH = 64;

  /** The longest label, in UTF-16 units: that of the labels topic. */
  static final int MAX_LABEL_LENGTH = 1_000;

  private static final String SEPARATOR = "\n";

  private NameListCodec() {}

  /**
   * Whether a model file can have a name: neither empty nor too long, without control characters,
   * valid UTF-16.
   */
  static boolean isUsable(String name, int maxLength) {
    if (name.isEmpty() || name.length() > maxLength) {
      return false;
    }
    for (int at = 0; at < name.length(); at += Character.charCount(name.codePointAt(at))) {
      if (isForbidden(name.codePointAt(at))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isForbidden(int codePoint) {
    return Character.isISOControl(codePoint)
        || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
  }

  static String join(List<String> names) {
    return String.join(SEPARATOR, names);
  }

  static List<String> split(String lines) {
    return lines.isEmpty() ? List.of() : List.of(lines.split(SEPARATOR, -1));
  }
}
