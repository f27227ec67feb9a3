package io.millrace.cli.send.rows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Determines the charset of a file: that of its byte order mark (Unicode Standard, section 23.8),
 * else the one that was given, else UTF-8. It is never guessed from the content.
 */
final class TextCharset {

  private static final int LONGEST_MARK = 4;

  /** UTF-32 comes first: its little-endian mark begins with that of UTF-16. */
  private static final List<ByteOrderMark> MARKS =
      List.of(
          new ByteOrderMark(StandardCharsets.UTF_32BE, 0x00, 0x00, 0xfe, 0xff),
          new ByteOrderMark(StandardCharsets.UTF_32LE, 0xff, 0xfe, 0x00, 0x00),
          new ByteOrderMark(StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf),
          new ByteOrderMark(StandardCharsets.UTF_16BE, 0xfe, 0xff),
          new ByteOrderMark(StandardCharsets.UTF_16LE, 0xff, 0xfe));

  private record ByteOrderMark(Charset charset, int... bytes) {

    boolean begins(byte[] start) {
      if (start.length < bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if ((start[i] & 0xff) != bytes[i]) {
          return false;
        }
      }
      return true;
    }
  }

  private TextCharset() {}

  /**
   * The charset of a stream, which is left behind its byte order mark.
   *
   * @param in supports mark
   * @throws UnreadableFileException if the mark contradicts the given charset, or the order of the
   *     bytes of UTF-16 or UTF-32 is not known
   */
  static Charset of(InputStream in, Optional<Charset> given) throws IOException {
    in.mark(LONGEST_MARK);
    byte[] start = in.readNBytes(LONGEST_MARK);
    in.reset();
    for (ByteOrderMark mark : MARKS) {
      if (mark.begins(start)) {
        requireAgreement(mark.charset(), given);
        in.skipNBytes(mark.bytes().length);
        return mark.charset();
      }
    }
    Charset charset = given.orElse(StandardCharsets.UTF_8);
    if (charset.equals(StandardCharsets.UTF_16) || charset.equals(StandardCharsets.UTF_32)) {
      throw new UnreadableFileException(
          "has no byte order mark: instead of --charset %1$s say %1$sLE or %1$sBE (Windows writes %1$sLE)"
              .formatted(charset));
    }
    return charset;
  }

  private static void requireAgreement(Charset mark, Optional<Charset> given)
      throws UnreadableFileException {
    if (given.isPresent() && !family(given.get()).equals(family(mark))
        || given.filter(charset -> endian(charset) && !charset.equals(mark)).isPresent()) {
      throw new UnreadableFileException(
          "begins with the byte order mark of %s, which --charset %s contradicts: leave --charset out"
              .formatted(mark, given.get()));
    }
  }

  private static boolean endian(Charset charset) {
    return charset.name().matches("UTF-(16|32)[LB]E");
  }

  /** {@code UTF-16} for all its forms, {@code x-UTF-16LE-BOM} too. */
  private static String family(Charset charset) {
    return charset
        .name()
        .toUpperCase(Locale.ROOT)
        .replaceFirst("^X-", "")
        .replaceFirst("[LB]E(-BOM)?$", "");
  }
}
