package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decodes text by the charset that was declared, else by its byte order mark (Unicode 16, section
 * 23.8), else as UTF-8 (RFC 3629). Bytes that the charset does not have are refused, never replaced
 * by U+FFFD. The byte order mark is no part of the text.
 */
final class TextDecoder {

  private static final char REPLACEMENT = '\ufffd';
  private static final int CHUNK = 1_024;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private static final String ADVICE =
      "send UTF-8, or name the charset in the record's content-type header, such as text/plain;"
          + " charset=windows-1252";

  private TextDecoder() {}

  /**
   * Decodes text.
   *
   * @param declared the charset that the producer named, or null
   * @return invalid, with the reason, if the bytes are not of the charset
   */
  static Decoded<String> decode(byte[] value, @Nullable Charset declared) {
    Optional<Charset> mark = byteOrderMark(value);
    if (declared == null) {
      return decode(value, mark.orElse(StandardCharsets.UTF_8), false);
    }
    if (mark.filter(StandardCharsets.UTF_8::equals).isPresent()
        && !declared.equals(StandardCharsets.UTF_8)) {
      return Decoded.invalid(
          ("the content-type header says charset=%s, but the value begins with the byte order mark"
                  + " of UTF-8: correct one of them")
              .formatted(declared.name()));
    }
    return decode(value, declared, true);
  }

  /** The charset whose byte order mark the bytes begin with. */
  static Optional<Charset> byteOrderMark(byte[] value) {
    if (startsWith(value, 0xef, 0xbb, 0xbf)) {
      return Optional.of(StandardCharsets.UTF_8);
    }
    if (startsWith(value, 0xff, 0xfe, 0, 0)) {
      return Optional.of(StandardCharsets.UTF_32LE);
    }
    if (startsWith(value, 0, 0, 0xfe, 0xff)) {
      return Optional.of(StandardCharsets.UTF_32BE);
    }
    if (startsWith(value, 0xff, 0xfe)) {
      return Optional.of(StandardCharsets.UTF_16LE);
    }
    return startsWith(value, 0xfe, 0xff)
        ? Optional.of(StandardCharsets.UTF_16BE)
        : Optional.empty();
  }

  /** The text without the byte order mark before it. */
  static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /**
   * The text itself; invalid if it holds a control character other than tab, line feed, carriage
   * return and form feed: it is no text then, but bytes that happen to be of the charset.
   */
  static Decoded<String> withoutControl(String text) {
    var chars = new char[Math.min(text.length(), CHUNK)];
    for (int from = 0; from < text.length(); from += CHUNK) {
      // An array is read several times as fast as the characters of a string.
      int count = Math.min(CHUNK, text.length() - from);
      text.getChars(from, from + count, chars, 0);
      for (int i = 0; i < count; i++) {
        char it = chars[i];
        if (it < ' ' && it != '\t' && it != '\n' && it != '\r' && it != '\f') {
          return Decoded.invalid(control(from + i, it));
        }
      }
    }
    return Decoded.valid(text);
  }

  private static String control(int at, char it) {
    return it == 0
        ? "character %d is NUL, which text does not hold: if it is UTF-16, %s"
            .formatted(at + 1, "send charset=utf-16le or utf-16be in the content-type header")
        : ("binary, not text: character %d is the control character U+%04X (%s): send text"
                + " without it, or name the charset in the record's content-type header")
            .formatted(at + 1, (int) it, Character.getName(it));
  }

  private static Decoded<String> decode(byte[] value, Charset charset, boolean declared) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      // Much faster than a decoder that reports errors. Malformed bytes become U+FFFD: a text
      // without that character is valid.
      String text = new String(value, StandardCharsets.UTF_8);
      if (text.indexOf(REPLACEMENT) < 0) {
        return Decoded.valid(withoutMark(text));
      }
    }
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(value);
    var out =
        CharBuffer.allocate((int) Math.ceil((value.length + 1.0) * decoder.maxCharsPerByte()));
    CoderResult result = decoder.decode(in, out, true);
    if (!result.isError()) {
      result = decoder.flush(out);
    }
    if (result.isError()) {
      int at = in.position();
      return Decoded.invalid(
          "not %s: byte %d is 0x%02x: %s"
              .formatted(
                  charset.name(),
                  at + 1,
                  at < value.length ? value[at] & 0xff : 0,
                  declared ? "correct the charset in the content-type header" : ADVICE));
    }
    return Decoded.valid(withoutMark(out.flip().toString()));
  }

  private static boolean startsWith(byte[] value, int... start) {
    if (value.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((value[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }
}
