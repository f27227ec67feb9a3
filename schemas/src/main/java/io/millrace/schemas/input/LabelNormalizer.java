package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;
import io.millrace.schemas.InvisibleCharacters;
import io.millrace.schemas.input.foreign.Debezium;
import java.text.Normalizer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one rule for labels, wherever they stand: in JSON, as plain text, in Avro, on the command
 * line. Two labels that a person reads as the same are the same text:
 *
 * <ol>
 *   <li>White space of Unicode and byte order marks at both ends are left out.
 *   <li>The characters are composed: Unicode normalization form C (UAX #15).
 *   <li>A label that is then empty is no label.
 *   <li>Debezium's placeholder for a value that it was not given is refused.
 *   <li>A label with a control character, with an {@linkplain InvisibleCharacters invisible one},
 *       with half a surrogate pair, or longer than {@value #MAX_LENGTH} characters is refused.
 * </ol>
 *
 * <p>Case matters: {@code Spam} and {@code spam} are two classes. A number in JSON is the text that
 * was written there, so that {@code 7}, {@code 7.0} and {@code 7e0} are three.
 */
public final class LabelNormalizer {

  /** The longest label, in characters: it is copied into examples, predictions and models. */
  public static final int MAX_LENGTH = 1000;

  private static final int BYTE_ORDER_MARK = 0xfeff;

  private LabelNormalizer() {}

  /**
   * Normalizes a label.
   *
   * @param label the label as it was given; null for none
   * @return empty if there is no label; invalid, with the reason, if it cannot be one
   */
  public static Decoded<Optional<String>> normalize(@Nullable String label) {
    if (label == null) {
      return Decoded.valid(Optional.empty());
    }
    String normal = Normalizer.normalize(trimmed(label), Normalizer.Form.NFC);
    if (normal.isEmpty()) {
      return Decoded.valid(Optional.empty());
    }
    if (Debezium.isUnavailable(normal)) {
      return Decoded.invalid("the label" + Debezium.UNAVAILABLE);
    }
    if (normal.chars().anyMatch(Character::isISOControl)) {
      return Decoded.invalid("the label holds a control character");
    }
    if (normal.codePoints().anyMatch(LabelNormalizer::isSurrogate)) {
      return Decoded.invalid("the label holds half a surrogate pair, which is no character");
    }
    Optional<String> invisible = InvisibleCharacters.first(normal);
    if (invisible.isPresent()) {
      return Decoded.invalid(
          "the label holds the invisible character %s: send it without".formatted(invisible.get()));
    }
    return normal.length() <= MAX_LENGTH
        ? Decoded.valid(Optional.of(normal))
        : Decoded.invalid(
            "the label has %d characters, more than the limit of %d"
                .formatted(normal.length(), MAX_LENGTH));
  }

  /** Normalizes a label where there must be one; invalid if it is blank. */
  public static Decoded<String> normalizeRequired(@Nullable String label) {
    return normalize(label)
        .flatMap(
            it -> it.map(Decoded::valid).orElseGet(() -> Decoded.invalid("the label is blank")));
  }

  /** The text without the white space and byte order marks at both ends. */
  static String trimmed(String text) {
    int start = 0;
    int end = text.length();
    // All characters of White_Space lie in the basic plane: one char each.
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** The first character of a {@link #trimmed} text; NUL if it is empty. */
  static char firstAfterSpace(String text) {
    for (int at = 0; at < text.length(); at++) {
      if (!isSpace(text.charAt(at))) {
        return text.charAt(at);
      }
    }
    return 0;
  }

  /** Unicode's White_Space; Java's own notions leave out the no-break spaces or U+0085. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == '\u0085'
        || c == BYTE_ORDER_MARK;
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
