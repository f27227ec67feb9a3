package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The container of JPEG files: markers and segments (ITU T.81, annex B). It makes the file that the
 * decoder gets, of nothing but what makes the pixels. So a colour profile, a thumbnail, stray bytes
 * between segments, a wrong scan header or a missing end marker, which lose no pixels, make no
 * image unusable.
 */
final class JpegSegments {

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;

  private static final byte[] EXIF = ascii("Exif\0");
  private static final byte[] JFIF = ascii("JFIF\0");
  private static final byte[] ADOBE = ascii("Adobe");

  /** Where an Adobe segment says how colours are stored. */
  private static final int ADOBE_TRANSFORM = 11;

  private final byte[] file;
  private final PixelLimit limit;
  private final ByteArrayOutputStream kept;
  private byte @Nullable [] exif;
  private boolean jfif;
  private OptionalInt transform = OptionalInt.empty();
  private @Nullable JpegFrame frame;
  private int at = 2;

  /**
   * Decodes a file with the signature.
   *
   * @throws UnusableImageException if it is cut off, damaged, too large, or of a kind that is not
   *     read
   */
  static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    EssentialSegments jpeg = new JpegSegments(file, limit).read();
    DecodedImage image = ImageIoFormat.decodeJpeg(jpeg.pixels(), jpeg.colours(), limit);
    return Orientation.of(jpeg.exif()).upright(image);
  }

  /**
   * What is read of a file.
   *
   * @param pixels the file with nothing but what makes the pixels
   * @param exif the contents of its Exif segment, a TIFF structure
   */
  private record EssentialSegments(
      byte[] pixels, Optional<byte[]> exif, JpegFrame.Colours colours) {}

  private JpegSegments(byte[] file, PixelLimit limit) {
    this.file = file;
    this.limit = limit;
    this.kept = new ByteArrayOutputStream(file.length);
  }

  static boolean hasSignature(byte[] file) {
    return startsWith(file, new byte[] {(byte) 0xff, (byte) SOI});
  }

  static UnusableImageException damaged(String how) {
    return new UnusableImageException("the JPEG file is damaged: " + how);
  }

  private EssentialSegments read() throws UnusableImageException {
    int marker = nextMarker();
    while (marker >= 0 && !isEnd(marker) && takeSegment(marker)) {
      marker = nextMarker();
    }
    if (frame == null || !frame.hasAllComponents()) {
      throw damaged("it ends before all its pixels");
    }
    if (!isEnd(marker) && !frame.isComplete()) {
      throw damaged("it is cut off");
    }
    JpegFrame.Colours colours = frame.colours(jfif, transform);
    ByteBuffer pixels = ByteBuffer.allocate(2 + colours.segment().length + kept.size() + 2);
    pixels.putShort((short) 0xffd8).put(colours.segment()).put(kept.toByteArray());
    pixels.putShort((short) 0xffd9);
    return new EssentialSegments(pixels.array(), Optional.ofNullable(exif), colours);
  }

  /** What begins after the pixels is another image. */
  private boolean isEnd(int marker) {
    return marker == EOI || marker == SOI && frame != null && frame.hasAllComponents();
  }

  /** Goes behind the next marker, over any other bytes; -1 if there is none. */
  private int nextMarker() {
    while (at + 1 < file.length) {
      int marker = file[at + 1] & 0xff;
      if (file[at] != (byte) 0xff || marker == 0 || marker == 0xff) {
        at++;
      } else {
        at += 2;
        return marker;
      }
    }
    at = file.length;
    return -1;
  }

  /** Reads what belongs to a marker; false if the file ends in it. */
  private boolean takeSegment(int marker) throws UnusableImageException {
    if (isAlone(marker)) {
      return true;
    }
    int length = at + 2 > file.length ? 0 : ByteBuffer.wrap(file).getShort(at) & 0xffff;
    if (length < 2 || length > file.length - at) {
      at = file.length;
      return false;
    }
    byte[] segment = Arrays.copyOfRange(file, at + 2, at + length);
    at += length;
    JpegFrame.requireReadable(marker);
    switch (marker) {
      case APP0 -> jfif |= startsWith(segment, JFIF);
      case APP1 -> takeExif(segment);
      case APP14 -> takeAdobe(segment);
      case 0xc0, 0xc1, 0xc2 -> {
        if (frame != null) {
          throw damaged("it has two frames");
        }
        frame = new JpegFrame(segment, marker == 0xc2, limit);
        keep(marker, segment);
      }
      case 0xc4, 0xdb, 0xdd -> keep(marker, segment); // tables, and the restart interval
      case SOS -> takeScan(segment);
      default -> {
        if (marker < 0xc0) {
          throw damaged("it has an unknown marker %02x before byte %d".formatted(marker, at));
        }
      }
    }
    return true;
  }

  /** Whether a marker has no segment: restart markers outside a scan, a repeated start. */
  private static boolean isAlone(int marker) {
    return marker >= 0xd0 && marker <= SOI || marker == 0x01;
  }

  private void takeExif(byte[] segment) {
    int begin = EXIF.length + 1; // after a byte that should be zero
    if (exif == null && segment.length > begin && startsWith(segment, EXIF)) {
      exif = Arrays.copyOfRange(segment, begin, segment.length);
    }
  }

  private void takeAdobe(byte[] segment) {
    if (segment.length > ADOBE_TRANSFORM && startsWith(segment, ADOBE)) {
      transform = OptionalInt.of(segment[ADOBE_TRANSFORM] & 0xff);
    }
  }

  private void takeScan(byte[] header) throws UnusableImageException {
    if (frame == null) {
      throw damaged("it has a scan before its frame");
    }
    frame.add(header);
    keep(SOS, header);
    int begin = at;
    while (at < file.length && !isMarker(at)) {
      at++;
    }
    kept.write(file, begin, at - begin);
  }

  /** Whether a marker other than a restart's stands in a scan's data. */
  private boolean isMarker(int place) {
    if (file[place] != (byte) 0xff || place + 1 == file.length) {
      return false;
    }
    int marker = file[place + 1] & 0xff;
    return marker != 0 && marker != 0xff && (marker < 0xd0 || marker > 0xd7);
  }

  private void keep(int marker, byte[] segment) {
    ByteBuffer head = ByteBuffer.allocate(4);
    head.putShort((short) (0xff00 | marker)).putShort((short) (segment.length + 2));
    kept.writeBytes(head.array());
    kept.writeBytes(segment);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
