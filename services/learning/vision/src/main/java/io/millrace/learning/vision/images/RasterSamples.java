package io.millrace.learning.vision.images;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Converts what a decoder returns to samples of 8 bits, grey or red, green, blue: palettes become
 * colours, 16 bits are rounded, transparent pixels are laid over black.
 */
final class RasterSamples {

  private RasterSamples() {}

  static DecodedImage of(BufferedImage image) throws UnusableImageException {
    int width = image.getWidth();
    int height = image.getHeight();
    if (image.getColorModel() instanceof IndexColorModel) {
      return new DecodedImage(width, height, 3, palette(image));
    }
    // The samples as stored: the colour model's way to RGB would bend grey by a gamma.
    Raster raster = image.getRaster();
    ColorModel model = image.getColorModel();
    int channels = raster.getNumBands() - (model.hasAlpha() ? 1 : 0);
    if (channels != 1 && channels != 3) {
      throw new UnusableImageException(
          channels + " channels are not read: the image is neither grey nor RGB");
    }
    byte[] samples = new byte[Math.multiplyExact(width * height, channels)];
    int[] row = new int[width * raster.getNumBands()];
    int most = (1 << model.getComponentSize(0)) - 1;
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      copy(row, raster.getNumBands(), channels, most, samples, y * width * channels);
    }
    return new DecodedImage(width, height, channels, samples);
  }

  /** A row's samples in 8 bits, over black where there is an alpha band. */
  private static void copy(
      int[] row, int bands, int channels, int most, byte[] samples, int offset) {
    int to = offset;
    for (int from = 0; from < row.length; from += bands) {
      long alpha = bands > channels ? row[from + channels] : most;
      for (int channel = 0; channel < channels; channel++) {
        samples[to++] = (byte) divided(255L * row[from + channel] * alpha, (long) most * most);
      }
    }
  }

  private static byte[] palette(BufferedImage image) {
    int width = image.getWidth();
    byte[] samples = new byte[Math.multiplyExact(width * image.getHeight(), 3)];
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int argb : row) {
        int alpha = argb >>> 24;
        for (int shift = 16; shift >= 0; shift -= 8) {
          samples[to++] = (byte) divided((long) ((argb >> shift) & 0xff) * alpha, 255);
        }
      }
    }
    return samples;
  }

  /** The quotient, rounded. */
  private static long divided(long number, long by) {
    return (number + by / 2) / by;
  }
}
