package io.millrace.learning.vision.images;

import java.awt.image.Raster;

/**
 * Converts four inks to red, green, blue, without a colour profile: {@code red = (1 - cyan) (1 -
 * black)} and so on, as Pillow does. In JPEG files inks are stored inverted, 255 is no ink: Adobe
 * does so, and everybody reads it so.
 */
final class CmykSamples {

  private static final int BANDS = 4;

  private CmykSamples() {}

  /**
   * Converts a JPEG file's samples.
   *
   * @param stored 4 bands of 8 bits
   * @param ycck whether the first three are luma and chroma of the inks (ITU-R BT.601)
   */
  static DecodedImage ofJpeg(Raster stored, boolean ycck) {
    return convert(
        stored,
        (row, pixel) -> {
          if (ycck) {
            decorrelate(row, pixel);
          }
        });
  }

  /** Converts 4 bands of 8 bits; 255 is all ink. */
  static DecodedImage of(Raster inks) {
    return convert(
        inks,
        (row, pixel) -> {
          for (int ink = 0; ink < BANDS; ink++) {
            row[pixel + ink] = 255 - row[pixel + ink];
          }
        });
  }

  /** Makes inverted inks of a pixel in a row. */
  private interface Inversion {
    void apply(int[] row, int pixel);
  }

  private static DecodedImage convert(Raster stored, Inversion inversion) {
    int width = stored.getWidth();
    int height = stored.getHeight();
    byte[] samples = new byte[Math.multiplyExact(width * height, 3)];
    int[] row = new int[width * BANDS];
    int to = 0;
    for (int y = 0; y < height; y++) {
      stored.getPixels(0, y, width, 1, row);
      for (int pixel = 0; pixel < row.length; pixel += BANDS) {
        inversion.apply(row, pixel);
        for (int ink = 0; ink < 3; ink++) {
          samples[to++] = (byte) ((row[pixel + ink] * row[pixel + 3] + 127) / 255);
        }
      }
    }
    return new DecodedImage(width, height, 3, samples);
  }

  /** Luma and chroma become inverted inks, in 16-bit fixed point as in libjpeg. */
  private static void decorrelate(int[] row, int pixel) {
    int luma = row[pixel];
    int blue = row[pixel + 1] - 128;
    int red = row[pixel + 2] - 128;
    int half = 1 << 15;
    row[pixel] = inverted(luma + (91_881 * red + half >> 16));
    row[pixel + 1] = inverted(luma + (-22_554 * blue - 46_802 * red + half >> 16));
    row[pixel + 2] = inverted(luma + (116_130 * blue + half >> 16));
  }

  private static int inverted(int ink) {
    return 255 - Math.clamp(ink, 0, 255);
  }
}
