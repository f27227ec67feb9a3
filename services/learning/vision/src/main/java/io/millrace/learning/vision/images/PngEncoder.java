package io.millrace.learning.vision.images;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Encodes pixels as PNG files of 8-bit samples, not compressed. Safe for several threads. */
public final class PngEncoder {

  /**
   * One for each thread: it costs more to make than an image's rows to write. Without compression:
   * that of networks' outputs saves a third, and takes a fifth of the time of scoring.
   */
  private static final ThreadLocal<Deflater> DEFLATERS =
      ThreadLocal.withInitial(() -> new Deflater(Deflater.NO_COMPRESSION));

  private PngEncoder() {}

  /**
   * Encodes one image of a network's output, grey or colour by its channels.
   *
   * @param pixels {@code float[channels, height, width]} from the offset on; values outside [0, 1]
   *     are clipped
   */
  public static byte[] encode(ImageShape shape, float[] pixels, int offset) {
    int plane = shape.height() * shape.width();
    byte[] rows = new byte[shape.height() * (1 + shape.width() * shape.channels())];
    int to = 0;
    for (int y = 0; y < shape.height(); y++) {
      to++; // the row's filter: 0, none
      for (int x = 0; x < shape.width(); x++) {
        int from = offset + y * shape.width() + x;
        for (int channel = 0; channel < shape.channels(); channel++) {
          rows[to++] = sample(pixels[from + channel * plane]);
        }
      }
    }
    return PngChunks.write(shape, deflate(rows));
  }

  /** The nearest of 256; the library's way to round and clip takes longer than all the rest. */
  private static byte sample(float pixel) {
    float scaled = 255 * pixel;
    if (!(scaled > 0)) {
      return 0;
    }
    return (byte) (scaled < 255 ? (int) (scaled + 0.5) : 255);
  }

  private static byte[] deflate(byte[] rows) {
    Deflater deflater = DEFLATERS.get();
    deflater.reset();
    deflater.setInput(rows);
    deflater.finish();
    // Enough for what cannot be made smaller, which stays as it is in blocks of 16 KiB or more.
    byte[] data = new byte[rows.length + 5 * (rows.length / 16_384 + 1) + 16];
    int length = 0;
    while (!deflater.finished()) {
      if (length == data.length) {
        throw new IllegalStateException(rows.length + " bytes deflate to more than " + length);
      }
      length += deflater.deflate(data, length, data.length - length);
    }
    return Arrays.copyOf(data, length);
  }
}
