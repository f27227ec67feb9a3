package io.millrace.cli.terminal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows what others sent on a terminal: text without the characters that control it, and bytes that
 * are no text as hexadecimal numbers.
 */
public final class PrintableText {

  private static final int LINE_BYTES = 16;

  private PrintableText() {}

  /** The bytes as text, if they are UTF-8 without NUL. */
  public static Optional<String> utf8(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** In one line of bounded length: {@code mail-1}, or {@code 0x00ff} for what is no text. */
  public static String inOneLine(byte[] bytes, int longest) {
    String text =
        utf8(bytes)
            .map(PrintableText::inOneLine)
            .orElseGet(
                () -> "0x" + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, longest)));
    return text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
  }

  /** The text with all control characters escaped. */
  public static String inOneLine(String text) {
    return escaped(text, false);
  }

  /** The text with all control characters escaped but ends of lines and tabs. */
  public static String inLines(String text) {
    return escaped(text, true);
  }

  private static String escaped(String text, boolean lines) {
    var shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (lines && (c == '\n' || c == '\t')) {
        shown.append(c);
      } else if (lines && c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
        continue;
      } else if (c == '\n') {
        shown.append("\\n");
      } else if (c == '\r') {
        shown.append("\\r");
      } else if (c == '\t') {
        shown.append("\\t");
      } else if (isControl(c)) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /** Controls, and marks that turn the direction of writing and so hide what a line says. */
  private static boolean isControl(char c) {
    return Character.isISOControl(c)
        || c >= '\u202a' && c <= '\u202e'
        || c >= '\u2066' && c <= '\u2069';
  }

  /** Offset, sixteen bytes and their characters on each line, as {@code hexdump -C} writes them. */
  public static String hexDump(byte[] bytes, int count) {
    var dump = new StringBuilder();
    for (int start = 0; start < count; start += LINE_BYTES) {
      var hex = new StringBuilder();
      var characters = new StringBuilder();
      for (int i = start; i < Math.min(count, start + LINE_BYTES); i++) {
        hex.append(String.format(Locale.ROOT, "%02x ", bytes[i] & 0xff));
        characters.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
      }
      dump.append(String.format(Locale.ROOT, "%08x  %-48s |%s|%n", start, hex, characters));
    }
    return dump.toString();
  }
}
