package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * A format that a reader of Image I/O decodes. Each thread has its own readers: one costs more to
 * make than a small image to decode.
 */
enum ImageIoFormat {
  PNG(0),
  JPEG(0),
  GIF(0),
  BMP(0),
  TIFF(0),
  /** Its reader looks some bytes ahead, and takes the end of the file for zeros. */
  WEBP(32),
  PNM(0);

  /**
   * The decoder's only warning about a JPEG file that has all its pixels, since {@link
   * JpegSegments} has mended the rest: stray bytes after the data of a scan. It passes on the first
   * warning only, but behind these bytes there is another marker, mostly the last.
   */
  private static final String HARMLESS = "extraneous bytes before marker";

  private final int zeros;
  private final ThreadLocal<Reader> readers = ThreadLocal.withInitial(() -> new Reader(name()));

  ImageIoFormat(int zeros) {
    this.zeros = zeros;
  }

  /** A reader and the warnings about the file that it reads. */
  private static final class Reader {
    final ImageReader decoder;
    final List<String> warnings = new ArrayList<>();

    /** The JDK's own, if it has one: libraries may add others, with other rounding. */
    Reader(String format) {
      Iterable<ImageReader> all = () -> ImageIO.getImageReadersByFormatName(format);
      decoder =
          StreamSupport.stream(all.spliterator(), false)
              .max(
                  Comparator.comparing(
                      it -> it.getClass().getModule() == ImageIO.class.getModule()))
              .orElseThrow();
      decoder.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
    }

    void clear() {
      decoder.setInput(null);
      warnings.clear();
    }
  }

  /** Decodes what the reader makes an image of. */
  private interface Decoding {
    DecodedImage decode(ImageReader decoder) throws IOException, UnusableImageException;
  }

  /** Decodes grey, colours and palettes. */
  DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    return decode(file, limit, decoder -> RasterSamples.of(decoder.read(0)));
  }

  /** Decodes a JPEG file whose colours are stored as said. */
  static DecodedImage decodeJpeg(byte[] file, JpegFrame.Colours colours, PixelLimit limit)
      throws UnusableImageException {
    return switch (colours) {
      case GREY, RGB, YCBCR -> JPEG.decode(file, limit);
      case CMYK, YCCK ->
          JPEG.decode(
              file,
              limit,
              decoder ->
                  CmykSamples.ofJpeg(
                      decoder.readRaster(0, null), colours == JpegFrame.Colours.YCCK));
    };
  }

  private DecodedImage decode(byte[] file, PixelLimit limit, Decoding decoding)
      throws UnusableImageException {
    Reader reader = readers.get();
    try {
      reader.decoder.setInput(new ByteArrayImageInputStream(file, zeros), true, true);
      limit.check(reader.decoder.getWidth(0), reader.decoder.getHeight(0));
      DecodedImage image = decoding.decode(reader.decoder);
      // The JPEG reader fills up what is cut off or damaged with grey, and only warns.
      for (String warning : reader.warnings) {
        if (!warning.contains(HARMLESS)) {
          throw new UnusableImageException("the " + name() + " file is damaged: " + warning);
        }
      }
      return image;
    } catch (IOException | RuntimeException e) {
      // What the readers throw for bad files is not only what they declare.
      throw new UnusableImageException(
          "the " + name() + " file cannot be decoded: " + reason(e), e);
    } finally {
      reader.clear();
    }
  }

  /** What a reader says of a bad file, in words: the end of a file has no message. */
  static String reason(Exception e) {
    Throwable deepest =
        Stream.<Throwable>iterate(e, it -> it != null, Throwable::getCause)
            .reduce(e, (_, cause) -> cause);
    if (deepest instanceof EOFException || deepest instanceof IndexOutOfBoundsException) {
      return "it ends too early";
    }
    return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
  }
}
