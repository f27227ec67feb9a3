package io.millrace.console.views;

import java.util.Locale;

/** What a client takes, by its header {@code Accept} (RFC 9110, section 12.5.1). */
final class Accepted {

  private Accepted() {}

  /**
   * How much a client wants a media type.
   *
   * @param accept the header; empty if there is none, which takes everything
   * @param type such as {@code application/json}
   * @return from 0, which is not at all, to 1
   */
  static double quality(String accept, String type) {
    if (accept.isBlank()) {
      return 1;
    }
    String all = type.substring(0, type.indexOf('/')) + "/*";
    double quality = 0;
    int best = -1;
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String name = range.split(";", -1)[0].strip();
      int precision = name.equals(type) ? 2 : name.equals(all) ? 1 : name.equals("*/*") ? 0 : -1;
      if (precision > best) { // The most precise range counts.
        best = precision;
        quality = weight(range);
      }
    }
    return quality;
  }

  private static double weight(String range) {
    for (String parameter : range.split(";", -1)) {
      String text = parameter.strip();
      if (text.startsWith("q=")) {
        try {
          return Math.clamp(Double.parseDouble(text.substring(2)), 0, 1);
        } catch (NumberFormatException e) {
          return 1;
        }
      }
    }
    return 1;
  }
}
