package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes an image file inside JSON: base64 (RFC 4648), or a data URL (RFC 2397) with base64. */
final class Base64Image {

  private static final Pattern DATA_URL =
      Pattern.compile("\\s*data:[^,]{0,200};base64,", Pattern.CASE_INSENSITIVE);

  private Base64Image() {}

  /**
   * Decodes a string.
   *
   * @param text base64 of either alphabet, with or without padding and line breaks, or a data URL
   * @param field where it lies, for messages
   */
  static Decoded<byte[]> decode(String text, JsonField field) {
    Matcher url = DATA_URL.matcher(text);
    String base64 = url.lookingAt() ? text.substring(url.end()) : text;
    if (base64.isBlank()) {
      return Decoded.invalid("the image at %s is empty".formatted(field));
    }
    try {
      return Decoded.valid(
          Base64.getDecoder()
              .decode(base64.replaceAll("\\s", "").replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException e) {
      return Decoded.invalid(
          "the image at %s is neither base64 nor a data URL with base64: %s"
              .formatted(field, e.getMessage()));
    }
  }
}
