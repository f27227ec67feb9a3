package io.millrace.learning.vision.images;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.EOFException;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * The one image of a TIFF file (TIFF 6.0, section 8), checked before it is decoded: what the
 * decoder would read wrongly or by halves is refused.
 */
final class TiffPage {

  private static final int NEW_SUBFILE_TYPE = 254;
  private static final int REDUCED_OR_MASK = 1 | 4;
  private static final int DNG_VERSION = 50_706;
  private static final int MAX_SAMPLES = 5;

  /** Tiles are a multiple of 16 in both directions and may reach over a small image. */
  private static final int MAX_TILE_PIXELS = 1 << 24;

  private final Directory tags;

  private TiffPage(Directory tags) {
    this.tags = tags;
  }

  static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    TiffPage page = read(file);
    page.check(limit);
    return Orientation.of(page.tags).upright(ImageIoFormat.TIFF.decode(file, limit));
  }

  private static TiffPage read(byte[] file) throws UnusableImageException {
    try (var in = new ByteArrayImageInputStream(file)) {
      var all = (CompoundDirectory) new TIFFReader().read(in);
      long pages =
          IntStream.range(0, all.directoryCount())
              .mapToObj(all::getDirectory)
              .filter(tags -> !isPreview(tags))
              .count();
      if (pages > 1) {
        throw new UnusableImageException(
            "the TIFF file has %d pages: send each as an image of its own".formatted(pages));
      }
      if (all.directoryCount() == 0) {
        throw new UnusableImageException("the TIFF file is cut off");
      }
      Directory first = all.getDirectory(0);
      if (isPreview(first) || first.getEntryById(DNG_VERSION) != null) {
        throw new UnusableImageException(
            "the raw file of a camera is not read: save it as JPEG or PNG");
      }
      return new TiffPage(first);
    } catch (IOException | RuntimeException e) {
      throw new UnusableImageException("the TIFF file is damaged: " + ImageIoFormat.reason(e), e);
    }
  }

  private static boolean isPreview(Directory tags) {
    return (number(tags, NEW_SUBFILE_TYPE, 0) & REDUCED_OR_MASK) != 0;
  }

  private void check(PixelLimit limit) throws UnusableImageException {
    if (StreamSupport.stream(tags.spliterator(), false)
        .anyMatch(tag -> tag.getValue() instanceof EOFException)) {
      throw new UnusableImageException("the TIFF file is cut off");
    }
    limit.check(
        (int) number(tags, TIFF.TAG_IMAGE_WIDTH, 0), (int) number(tags, TIFF.TAG_IMAGE_HEIGHT, 0));
    long compression = number(tags, TIFF.TAG_COMPRESSION, 1);
    if (compression == 6 || compression == 7) {
      throw new UnusableImageException(
          "a TIFF file compressed as JPEG is not read: save it as JPEG or PNG");
    }
    // As many numbers as samples; the decoder wants them alike.
    if (number(tags, TIFF.TAG_SAMPLE_FORMAT, 1) != 1
        || number(tags, TIFF.TAG_BITS_PER_SAMPLE, 1) > 16) {
      throw new UnusableImageException(
          "a TIFF file with samples other than whole numbers of up to 16 bits is not read: save it"
              + " as PNG");
    }
    long samples = number(tags, TIFF.TAG_SAMPLES_PER_PIXEL, 1);
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new UnusableImageException(
          "a TIFF file of %d samples a pixel is not read: grey has 1, colour 3, CMYK 4"
              .formatted(samples));
    }
    long width = number(tags, TIFF.TAG_TILE_WIDTH, 0);
    long height = number(tags, TIFF.TAG_TILE_HEIGTH, 0);
    if (Math.max(width, height) > MAX_TILE_PIXELS || width * height > MAX_TILE_PIXELS) {
      throw new UnusableImageException(
          "a TIFF file with tiles of %d x %d pixels is not read".formatted(width, height));
    }
  }

  /** The first number of a tag. */
  private static long number(Directory tags, int tag, long absent) {
    Entry entry = tags.getEntryById(tag);
    return switch (entry == null ? null : entry.getValue()) {
      case Number number -> number.longValue();
      case int[] numbers when numbers.length > 0 -> numbers[0];
      case short[] numbers when numbers.length > 0 -> numbers[0];
      case long[] numbers when numbers.length > 0 -> numbers[0];
      case null, default -> absent;
    };
  }
}
