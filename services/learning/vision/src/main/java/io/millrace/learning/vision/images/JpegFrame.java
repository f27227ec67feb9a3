package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * The frame of a JPEG file: what its components are, and which of their coefficients have come. For
 * each component and coefficient it knows the lowest bit of a scan so far (ITU T.81, annex G), and
 * so tells a file that was cut off from one that only lacks its end marker.
 */
final class JpegFrame {

  private static final int COEFFICIENTS = 64;
  private static final int MISSING = Integer.MAX_VALUE;

  private final boolean progressive;
  private final int[] components;
  private final int[][] lowestBits;

  /**
   * Reads the frame header.
   *
   * @param header what follows its length
   */
  JpegFrame(byte[] header, boolean progressive, PixelLimit limit) throws UnusableImageException {
    this.progressive = progressive;
    if (header.length < 6 || header.length < 6 + 3 * (header[5] & 0xff)) {
      throw JpegSegments.damaged("its frame header is too short");
    }
    if (header[0] != 8) {
      throw new UnusableImageException(
          "a JPEG file with samples of %d bits is not read: save it with 8 bits or as PNG"
              .formatted(header[0]));
    }
    limit.check(unsigned16(header, 3), unsigned16(header, 1));
    int count = header[5] & 0xff;
    if (count != 1 && count != 3 && count != 4) {
      throw new UnusableImageException(
          "a JPEG file of %d channels is not read: grey has 1, colour 3, CMYK 4".formatted(count));
    }
    components = new int[count];
    lowestBits = new int[count][COEFFICIENTS];
    for (int i = 0; i < count; i++) {
      components[i] = header[6 + 3 * i] & 0xff;
      Arrays.fill(lowestBits[i], MISSING);
    }
  }

  /** Refuses the frames that are not read, by the marker before their header. */
  static void requireReadable(int marker) throws UnusableImageException {
    String kind =
        switch (marker) {
          case 0xc3 -> "a lossless";
          case 0xf7 -> "a lossless (JPEG-LS)";
          case 0xc9, 0xca, 0xcb -> "an arithmetic-coded";
          case 0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf -> "a hierarchical";
          default -> "";
        };
    if (!kind.isEmpty()) {
      throw new UnusableImageException(
          kind + " JPEG file is not read: save it as baseline or progressive JPEG or as PNG");
    }
  }

  private static int unsigned16(byte[] bytes, int offset) {
    return (bytes[offset] & 0xff) << 8 | bytes[offset + 1] & 0xff;
  }

  /**
   * Takes a scan into account. In a sequential frame, where there is no choice, its header is
   * corrected in place: some cameras write other numbers, which decoders warn about and ignore.
   *
   * @param header what follows the scan header's length
   */
  void add(byte[] header) throws UnusableImageException {
    int count = header.length == 0 ? 0 : header[0];
    int spectrum = 1 + 2 * count;
    if (count < 1 || count > 4 || header.length < spectrum + 3) {
      throw JpegSegments.damaged("the header of a scan is wrong");
    }
    if (!progressive) {
      header[spectrum] = 0;
      header[spectrum + 1] = COEFFICIENTS - 1;
      header[spectrum + 2] = 0;
    }
    int end = Math.min(header[spectrum + 1] & 0xff, COEFFICIENTS - 1) + 1;
    int begin = Math.min(header[spectrum] & 0xff, end);
    for (int i = 0; i < components.length; i++) {
      for (int k = 0; k < count; k++) {
        if (components[i] == (header[1 + 2 * k] & 0xff)) {
          Arrays.fill(lowestBits[i], begin, end, header[spectrum + 2] & 0xf);
        }
      }
    }
  }

  /** Whether every component was in a scan. */
  boolean hasAllComponents() {
    return Arrays.stream(lowestBits).allMatch(bits -> bits[0] != MISSING);
  }

  /** Whether nothing can follow: every coefficient has come to its last bit. */
  boolean isComplete() {
    return Arrays.stream(lowestBits).flatMapToInt(Arrays::stream).allMatch(bit -> bit == 0);
  }

  /**
   * How colours are stored. As libjpeg has it, and so everybody who uses it: a JFIF file is YCbCr;
   * else an Adobe segment tells; else three components called R, G and B are that, three others are
   * YCbCr; four are CMYK.
   *
   * @param transform the number in the Adobe segment, if there is one: 0 for RGB and CMYK
   */
  Colours colours(boolean jfif, OptionalInt transform) {
    return switch (components.length) {
      case 1 -> Colours.GREY;
      case 4 -> transform.orElse(0) == 0 ? Colours.CMYK : Colours.YCCK;
      default -> {
        boolean named = Arrays.equals(components, new int[] {'R', 'G', 'B'});
        yield !jfif && transform.orElse(named ? 0 : 1) == 0 ? Colours.RGB : Colours.YCBCR;
      }
    };
  }

  /** How colours are stored. */
  enum Colours {
    GREY,
    RGB,
    YCBCR,
    CMYK,
    YCCK;

    /** An Adobe segment that leaves the decoder no doubt. */
    byte[] segment() {
      int transform = this == YCBCR ? 1 : this == YCCK ? 2 : 0;
      return new byte[] {
        (byte) 0xff,
        (byte) 0xee,
        0,
        14,
        'A',
        'd',
        'o',
        'b',
        'e',
        0,
        100,
        0,
        0,
        0,
        0,
        (byte) transform
      };
    }
  }
}
