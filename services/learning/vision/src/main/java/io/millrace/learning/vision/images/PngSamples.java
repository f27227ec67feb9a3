package io.millrace.learning.vision.images;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The samples of the commonest PNG files: grey or colour, of 8 bits, in one pass, without palette
 * or transparency. Image I/O takes three times as long for a small one. What is not entirely in
 * order is left to it, so that there is one judge of what is accepted and one voice for the
 * reasons. Safe for several threads.
 */
final class PngSamples {

  private static final ThreadLocal<Inflater> INFLATERS = ThreadLocal.withInitial(Inflater::new);

  /** Where the first chunk's contents begin: behind the signature, its length and its type. */
  private static final int HEADER = 16;

  private static final int HEADER_BYTES = 13;

  /** A chunk's length and type; its contents and checksum follow. */
  private static final int CHUNK_START = 8;

  private static final int CHECKSUM_BYTES = 4;
  private static final int DATA = 0x49444154; // IDAT
  private static final int END = 0x49454e44; // IEND

  private PngSamples() {}

  /**
   * Reads a file.
   *
   * @param file whole and sound, as {@link PngChunks#essential} gives it
   * @return null if it is of another kind, or not in order
   */
  static @Nullable DecodedImage read(byte[] file) {
    ByteBuffer chunks = ByteBuffer.wrap(file);
    int width = chunks.getInt(HEADER);
    int height = chunks.getInt(HEADER + 4);
    int channels = channels(file);
    long rowBytes = (long) width * channels;
    if (channels == 0 || (1 + rowBytes) * height > Integer.MAX_VALUE - 8) {
      return null;
    }
    byte[] rows = new byte[(int) ((1 + rowBytes) * height)];
    if (!inflate(chunks, file, rows)) {
      return null;
    }
    byte[] samples = new byte[(int) (rowBytes * height)];
    return unfilter(rows, samples, (int) rowBytes, channels)
        ? new DecodedImage(width, height, channels, samples)
        : null;
  }

  /** 1 or 3; 0 for other kinds. */
  private static int channels(byte[] file) {
    boolean plain =
        file[HEADER + 8] == 8
            && file[HEADER + 10] == 0
            && file[HEADER + 11] == 0
            && file[HEADER + 12] == 0;
    return !plain
        ? 0
        : switch (file[HEADER + 9]) {
          case 0 -> 1;
          case 2 -> 3;
          default -> 0;
        };
  }

  /**
   * Unpacks all data; false unless they are as many bytes as there is room for, and nothing else.
   */
  private static boolean inflate(ByteBuffer chunks, byte[] file, byte[] rows) {
    Inflater inflater = INFLATERS.get();
    inflater.reset();
    int filled = 0;
    int at = HEADER + HEADER_BYTES + CHECKSUM_BYTES;
    try {
      for (int type = chunks.getInt(at + 4); type != END; type = chunks.getInt(at + 4)) {
        int length = chunks.getInt(at);
        if (type != DATA) {
          return false;
        }
        inflater.setInput(file, at + CHUNK_START, length);
        filled += inflater.inflate(rows, filled, rows.length - filled);
        // Of full rows the end of the stream may be left, and nothing else.
        boolean more = !inflater.finished() && !inflater.needsInput();
        if (more && (inflater.inflate(new byte[1]) > 0 || !inflater.finished())) {
          return false;
        }
        at += CHUNK_START + length + CHECKSUM_BYTES;
      }
    } catch (DataFormatException e) {
      return false;
    }
    return inflater.finished() && filled == rows.length;
  }

  /**
   * Undoes the rows' filters (W3C, Portable Network Graphics, third edition, section 9.2).
   *
   * @param rows each behind the number of its filter
   * @param step bytes of a pixel
   * @return false if a filter is unknown
   */
  private static boolean unfilter(byte[] rows, byte[] samples, int rowBytes, int step) {
    int from = 0;
    for (int at = 0; at < samples.length; at += rowBytes) {
      int filter = rows[from];
      System.arraycopy(rows, from + 1, samples, at, rowBytes);
      from += 1 + rowBytes;
      switch (filter) {
        case 0 -> {}
        case 1 -> {
          for (int i = at + step; i < at + rowBytes; i++) {
            samples[i] += samples[i - step];
          }
        }
        case 2 -> {
          for (int i = at; at > 0 && i < at + rowBytes; i++) {
            samples[i] += samples[i - rowBytes];
          }
        }
        case 3, 4 -> {
          for (int i = 0; i < rowBytes; i++) {
            int left = i < step ? 0 : samples[at + i - step] & 0xff;
            int above = at == 0 ? 0 : samples[at + i - rowBytes] & 0xff;
            int corner = i < step || at == 0 ? 0 : samples[at + i - rowBytes - step] & 0xff;
            samples[at + i] += filter == 3 ? (left + above) / 2 : paeth(left, above, corner);
          }
        }
        default -> {
          return false;
        }
      }
    }
    return true;
  }

  private static int paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
