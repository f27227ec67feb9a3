package io.millrace.tests.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes values from arbitrary bytes, from the front; at the end there are zeros and empty texts.
 */
final class FuzzInput {

  private final byte[] bytes;
  private int next;

  FuzzInput(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** The next byte, 0 to 255. */
  int number() {
    return next < bytes.length ? bytes[next++] & 0xff : 0;
  }

  /** The bytes of the next length, which is one byte; null if that is 255. */
  byte @Nullable [] part() {
    int length = number();
    if (length == 255) {
      return null;
    }
    int from = next;
    next = Math.min(bytes.length, from + length);
    return Arrays.copyOfRange(bytes, from, next);
  }

  /** The next part as text. */
  @Nullable String text() {
    byte[] part = part();
    return part == null ? null : new String(part, StandardCharsets.UTF_8);
  }

  /** All that is left. */
  byte[] rest() {
    return Arrays.copyOfRange(bytes, next, bytes.length);
  }

  /** All that is left as text. */
  String restAsText() {
    return new String(rest(), StandardCharsets.UTF_8);
  }
}
