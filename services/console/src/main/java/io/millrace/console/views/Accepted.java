package io.millrace.console.views;

import java.util.Locale;

/** What a client takes, by its header {@code Accept} (RFC 9110, section 12.5.1). */
final class Accepted {

  private Accepted() {}

  /**
   * What a header says of a type.
   *
   * @param quality from 0, which is not at all, to 1
   * @param precision of the range that says it: -1 for none, 2 for the type itself
   */
  private record Match(double quality, int precision) {}

  /**
   * How much a client wants a media type.
   *
   * @param accept the header; empty where a request has no such header, which takes everything
   * @param type such as {@code application/json}
   * @return from 0, which is not at all, to 1
   */
  static double quality(String accept, String type) {
    return match(accept, type).quality();
  }

  /** Whether a client would rather have one type than another: more, or by its name. */
  static boolean prefers(String accept, String type, String other) {
    Match one = match(accept, type);
    Match two = match(accept, other);
    return one.quality() > two.quality()
        || (one.quality() == two.quality() && one.precision() > two.precision());
  }

  private static Match match(String accept, String type) {
    if (accept.isBlank()) {
      return new Match(1, -1);
    }
    String all = type.substring(0, type.indexOf('/')) + "/*";
    var best = new Match(0, -1);
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String name = range.split(";", -1)[0].strip();
      int precision = name.equals(type) ? 2 : name.equals(all) ? 1 : name.equals("*/*") ? 0 : -1;
      if (precision > best.precision()) { // The most precise range counts.
        best = new Match(weight(range), precision);
      }
    }
    return best;
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
