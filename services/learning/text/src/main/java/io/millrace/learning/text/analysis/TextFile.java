package io.millrace.learning.text.analysis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Text files that people write: UTF-8, or what their byte order mark says. The mark is no part of
 * the text, so that the first word is found too. Other charsets are refused by line.
 */
final class TextFile {

  /** Longer marks first, as that of UTF-32LE begins with that of UTF-16LE. */
  private static final List<Charset> MARKED =
      List.of(
          StandardCharsets.UTF_32LE,
          StandardCharsets.UTF_32BE,
          StandardCharsets.UTF_8,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE);

  private TextFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read; the message names the file and, if it is
   *     of another charset, the line, and says what to do
   */
  static String read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the file " + file + " cannot be read: " + e, e);
    }
    problem(file.toString(), bytes)
        .ifPresent(problem -> {
          throw new IllegalArgumentException(problem);
        });
    return text(bytes);
  }

  /** Why bytes are not the text of a file; empty if they are. */
  static Optional<String> problem(String file, byte[] bytes) {
    Charset charset = markOf(bytes).orElse(StandardCharsets.UTF_8);
    CharsetDecoder decoder = charset.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    var out =
        CharBuffer.allocate((int) Math.ceil((bytes.length + 1.0) * decoder.maxCharsPerByte()));
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    long line = 1 + out.chars().filter(c -> c == '\n').count();
    if (result.isError()) {
      return Optional.of(
          ("the file %s is not %s: line %d holds the byte 0x%02x: save it as UTF-8, or convert it,"
                  + " such as by iconv -f WINDOWS-1252 -t UTF-8 %s")
              .formatted(file, charset.name(), line, bytes[in.position()] & 0xff, file));
    }
    if (out.chars().anyMatch(c -> c == 0)) {
      return Optional.of(
          ("the file %s holds the character NUL, which text does not: if it is UTF-16, convert it,"
                  + " such as by iconv -f UTF-16LE -t UTF-8 %s")
              .formatted(file, file));
    }
    return Optional.empty();
  }

  /** The text of bytes without {@link #problem}. */
  static String text(byte[] bytes) {
    String text = new String(bytes, markOf(bytes).orElse(StandardCharsets.UTF_8));
    // Java's decoders of UTF-32 leave the mark out, those of UTF-8 and UTF-16 keep it.
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** Whether every second one of the first bytes is zero, as in UTF-16 of western languages. */
  static boolean isUtf16WithoutMark(byte[] bytes) {
    if (bytes.length < 4) {
      return false;
    }
    boolean littleEndian = bytes[0] != 0 && bytes[1] == 0 && bytes[2] != 0 && bytes[3] == 0;
    boolean bigEndian = bytes[0] == 0 && bytes[1] != 0 && bytes[2] == 0 && bytes[3] != 0;
    return littleEndian || bigEndian;
  }

  /** The charset whose byte order mark the bytes begin with. */
  static Optional<Charset> markOf(byte[] bytes) {
    return MARKED.stream()
        .filter(charset -> {
          byte[] mark = "\ufeff".getBytes(charset);
          return bytes.length >= mark.length
              && ByteBuffer.wrap(bytes, 0, mark.length).equals(ByteBuffer.wrap(mark));
        })
        .findFirst();
  }
}
