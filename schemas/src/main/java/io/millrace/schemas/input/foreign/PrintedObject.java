package io.millrace.schemas.input.foreign;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Recognises objects that a language has printed, which are easily sent in place of JSON. */
public final class PrintedObject {

  /** Records of Java, Kotlin and Kafka Connect, data classes and named tuples of Python. */
  private static final Pattern PRINTED =
      Pattern.compile("[\\w.$%&]+\\s?[({\\[]\\s*[\\w.$]+[:=].*[)}\\]]", Pattern.DOTALL);

  /** Python's ordered dictionaries and lists of pairs. */
  private static final Pattern PAIRS = Pattern.compile("[\\w.]*[(\\[]+\\s*[\"']");

  /** Python's bytes. */
  private static final Pattern BYTES =
      Pattern.compile(
          "(?:[\\w.]+\\()?b(?:'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\")\\)?",
          Pattern.DOTALL);

  private final Pattern named;
  private final Pattern paired;

  /**
   * A recogniser.
   *
   * @param names a pattern of the names of the fields that the records have
   */
  public PrintedObject(String names) {
    named = Pattern.compile("[({\\[,]\\s*" + names + "\\s*[:=]");
    paired = Pattern.compile("\\(\\s*[\"']" + names + "[\"']\\s*,");
  }

  /**
   * Why a text that a language printed of an object with one of the fields is refused.
   *
   * @param trimmed the text without white space at both ends
   * @return empty if it is no such text
   */
  public Optional<String> problem(String trimmed) {
    boolean isObject =
        (PRINTED.matcher(trimmed).matches() && named.matcher(trimmed).find())
            || (PAIRS.matcher(trimmed).lookingAt() && paired.matcher(trimmed).find())
            || trimmed.equals("[object Object]");
    if (isObject) {
      return Optional.of(
          "begins like an object that was printed by Java, Python or another language (%s): send"
                  .formatted(shown(trimmed))
              + " JSON, or text/plain as content type");
    }
    return BYTES.matcher(trimmed).matches()
        ? Optional.of(
            "bytes that Python printed (%s): send the bytes themselves, or text/plain as content"
                    .formatted(shown(trimmed))
                + " type")
        : Optional.empty();
  }

  /** The first characters of a text; those that nobody sees by their code points. */
  public static String shown(String text) {
    String first =
        text.codePoints()
            .limit(20)
            .mapToObj(
                it -> it < ' ' || !isVisible(it) ? "U+%04X".formatted(it) : Character.toString(it))
            .collect(Collectors.joining());
    return first.length() < text.length() && text.codePointCount(0, text.length()) > 20
        ? first + "…"
        : first;
  }

  private static boolean isVisible(int codePoint) {
    return codePoint == ' '
        || !(Character.isSpaceChar(codePoint)
            || Character.isISOControl(codePoint)
            || Character.getType(codePoint) == Character.FORMAT);
  }
}
