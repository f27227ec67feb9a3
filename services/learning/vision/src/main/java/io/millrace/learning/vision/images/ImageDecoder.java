package io.millrace.learning.vision.images;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Decodes PNG and JPEG files to samples, with the JDK's own Image I/O readers. This is the only
 * place where image files are decoded. The steps:
 *
 * <ol>
 *   <li>The first bytes tell the format; anything but PNG and JPEG is refused.
 *   <li>Of a PNG only the chunks that make the pixels go on, each with a correct CRC; its extent is
 *       checked on the header.
 *   <li>The reader reads the extent, which is checked before memory is allocated for the pixels.
 *   <li>The reader decodes; a warning, which Image I/O gives for a damaged JPEG, refuses the file.
 *   <li>The samples are converted to 8 bits, grey or red, green, blue: palettes become colours, 16
 *       bits are rounded, transparent pixels are laid over black.
 * </ol>
 *
 * <p>Safe for several threads: each has its own readers, since a reader costs more to make than a
 * small image to decode.
 */
public final class ImageDecoder {

  private static final ImageIoFormat PNG = new ImageIoFormat("PNG");
  private static final ImageIoFormat JPEG = new ImageIoFormat("JPEG");

  private ImageDecoder() {}

  /** A format of Image I/O, with a reader for each thread. */
  private record ImageIoFormat(String name, ThreadLocal<Reader> readers) {
    ImageIoFormat(String name) {
      this(name, ThreadLocal.withInitial(() -> new Reader(name)));
    }
  }

  /** A reader and the warnings about the file that it reads. */
  private static final class Reader {
    final ImageReader decoder;
    final List<String> warnings = new ArrayList<>();

    Reader(String format) {
      decoder = ImageIO.getImageReadersByFormatName(format).next();
      decoder.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
    }

    void clear() {
      decoder.setInput(null);
      warnings.clear();
    }
  }

  /**
   * Decodes a PNG or JPEG file. Touches nothing outside memory.
   *
   * @param maxPixels the most pixels that are decoded, width times height
   * @throws UnusableImageException if the bytes are neither, are cut off or damaged, are larger, or
   *     have colours that are not supported, such as a JPEG in CMYK
   */
  public static DecodedImage decode(byte[] file, long maxPixels) throws UnusableImageException {
    if (PngChunks.hasSignature(file)) {
      return decode(PNG, PngChunks.essential(file, maxPixels), maxPixels);
    }
    if (isJpeg(file)) {
      return decode(JPEG, file, maxPixels);
    }
    throw new UnusableImageException("neither a PNG nor a JPEG file");
  }

  private static boolean isJpeg(byte[] file) {
    return file.length > 2
        && file[0] == (byte) 0xff
        && file[1] == (byte) 0xd8
        && file[2] == (byte) 0xff;
  }

  static void checkExtent(int width, int height, long maxPixels) throws UnusableImageException {
    if (width < 1 || height < 1) {
      throw new UnusableImageException("the image has no pixels: " + width + " x " + height);
    }
    if ((long) width * height > maxPixels) {
      throw new UnusableImageException(
          "the image has %d x %d pixels, more than %d".formatted(width, height, maxPixels));
    }
  }

  private static DecodedImage decode(ImageIoFormat format, byte[] file, long maxPixels)
      throws UnusableImageException {
    Reader reader = format.readers().get();
    try {
      reader.decoder.setInput(new ByteArrayImageInputStream(file), true, true);
      checkExtent(reader.decoder.getWidth(0), reader.decoder.getHeight(0), maxPixels);
      BufferedImage image = reader.decoder.read(0);
      // The JPEG reader fills up what is cut off or damaged with grey, and only warns.
      if (!reader.warnings.isEmpty()) {
        throw new UnusableImageException(
            "the " + format.name() + " file is damaged: " + reader.warnings.getFirst());
      }
      return samples(image);
    } catch (IOException | RuntimeException e) {
      // What the JDK's readers throw for bad files is not only what they declare.
      throw new UnusableImageException(
          "the " + format.name() + " file cannot be decoded: " + reason(e), e);
    } finally {
      reader.clear();
    }
  }

  private static String reason(Exception e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
  }

  private static DecodedImage samples(BufferedImage image) throws UnusableImageException {
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
          channels + " channels are not read: the image is neither grey nor RGB, perhaps CMYK");
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
