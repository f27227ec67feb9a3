package io.millrace.runtime.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The text of a settings file, which is UTF-8, perhaps with a byte order mark. */
final class PropertiesText {

  private PropertiesText() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or is of another charset; the message names the line
   */
  static String read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no such file", e);
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw new IOException(
          "line %d holds the byte 0x%02x, which is not UTF-8: save the file as UTF-8"
              .formatted(
                  1 + text.chars().filter(c -> c == '\n').count(), bytes[in.position()] & 0xff));
    }
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
