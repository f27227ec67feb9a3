package io.millrace.learning.vision.images;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

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
    int[] bits = model.getComponentSize();
    if (Arrays.stream(bits).anyMatch(it -> it > 16)) {
      throw new UnusableImageException("samples of more than 16 bits are not read");
    }
    int channels = raster.getNumBands() - (model.hasAlpha() ? 1 : 0);
    if (channels == 4 && bits[0] == 8 && model.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
      return CmykSamples.of(raster);
    }
    if (channels != 1 && channels != 3) {
      throw new UnusableImageException(
          channels + " channels are not read: the image is neither grey nor RGB");
    }
    byte[] samples = new byte[Math.multiplyExact(width * height, channels)];
    int[] row = new int[width * raster.getNumBands()];
    int[] most = Arrays.stream(bits).map(it -> (1 << it) - 1).toArray();
    // Premultiplied samples lie over black already.
    boolean overBlack = model.hasAlpha() && !model.isAlphaPremultiplied();
    for (int y = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      copy(row, most, channels, overBlack, samples, y * width * channels);
    }
    return new DecodedImage(width, height, channels, samples);
  }

  /**
   * A row's samples in 8 bits.
   *
   * @param most the largest sample of each band
   */
  private static void copy(
      int[] row, int[] most, int channels, boolean overBlack, byte[] samples, int offset) {
    int to = offset;
    for (int from = 0; from < row.length; from += most.length) {
      long alpha = overBlack ? row[from + channels] : 1;
      long opaque = overBlack ? most[channels] : 1;
      for (int channel = 0; channel < channels; channel++) {
        samples[to++] = (byte) divided(255 * row[from + channel] * alpha, most[channel] * opaque);
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
