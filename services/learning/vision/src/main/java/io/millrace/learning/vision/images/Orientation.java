package io.millrace.learning.vision.images;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import java.io.IOException;
import java.util.Optional;

/**
 * How the stored pixels have to be turned to stand upright: the tag {@code Orientation} (0x0112) of
 * the Exif standard (CIPA DC-008, 4.6.4), which cameras set instead of turning the pixels. The
 * numbers are the standard's; the result is that of Pillow's {@code ImageOps.exif_transpose}.
 *
 * @param code 1, as stored, to 8
 */
record Orientation(int code) {

  static final Orientation AS_STORED = new Orientation(1);

  /**
   * Reads the orientation.
   *
   * @param exif a TIFF structure in either byte order; empty where the file has none
   * @return as stored if the block is damaged, has no such tag or a value that the standard does
   *     not know: a picture is not worse for its camera's notes
   */
  static Orientation of(Optional<byte[]> exif) {
    if (exif.isEmpty()) {
      return AS_STORED;
    }
    try (var in = new ByteArrayImageInputStream(exif.get())) {
      return of(new TIFFReader().read(in));
    } catch (IOException | RuntimeException e) {
      return AS_STORED;
    }
  }

  /** The orientation among the tags of a TIFF structure. */
  static Orientation of(Directory tags) {
    Entry entry = tags.getEntryById(TIFF.TAG_ORIENTATION);
    return entry != null
            && entry.getValue() instanceof Number code
            && code.longValue() >= 1
            && code.longValue() <= 8
        ? new Orientation(code.intValue())
        : AS_STORED;
  }

  /** The image upright; the same one if it is stored so. */
  DecodedImage upright(DecodedImage stored) {
    return code == 1 ? stored : turned(stored);
  }

  private DecodedImage turned(DecodedImage stored) {
    boolean transposed = code >= 5;
    boolean fromRight = code == 2 || code == 3 || code == 7 || code == 8;
    boolean fromBottom = code == 3 || code == 4 || code == 6 || code == 7;
    int width = stored.width();
    int height = stored.height();
    int channels = stored.channels();
    int origin = (fromRight ? width - 1 : 0) + (fromBottom ? (height - 1) * width : 0);
    int column = fromRight ? -1 : 1;
    int row = fromBottom ? -width : width;
    int across = transposed ? row : column;
    int down = transposed ? column : row;
    int turnedWidth = transposed ? height : width;
    int turnedHeight = transposed ? width : height;
    byte[] from = stored.samples();
    byte[] samples = new byte[from.length];
    int to = 0;
    for (int y = 0; y < turnedHeight; y++) {
      int pixel = origin + y * down;
      for (int x = 0; x < turnedWidth; x++, pixel += across) {
        for (int channel = 0; channel < channels; channel++) {
          samples[to++] = from[pixel * channels + channel];
        }
      }
    }
    return new DecodedImage(turnedWidth, turnedHeight, channels, samples);
  }
}
