package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The container of PNG files, read and written: signature and chunks (W3C, Portable Network
 * Graphics, third edition, sections 5.2 and 5.3). {@link ImageDecoder} decodes the pixels, {@link
 * PngEncoder} encodes them.
 */
final class PngChunks {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  /** Length, type and checksum. */
  private static final int FRAME_BYTES = 12;

  private static final int HEADER_BYTES = 13;

  /** The chunks that make the pixels. */
  private static final Set<String> ESSENTIAL = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

  /** {@code eXIf}. */
  private static final int EXIF = 0x65584966;

  /** {@code Exif}, as JPEG files begin their Exif segment. */
  private static final int EXIF_PREFIX = 0x45786966;

  /** {@code IEND}. */
  private static final int END = 0x49454e44;

  private PngChunks() {}

  static boolean hasSignature(byte[] file) {
    return file.length >= SIGNATURE.length
        && Arrays.equals(SIGNATURE, 0, SIGNATURE.length, file, 0, SIGNATURE.length);
  }

  /**
   * The file with nothing but what makes its pixels, each chunk whole and sound. The rest, texts
   * and profiles, may be compressed, and a decoder that unpacks it can be made to run out of
   * memory.
   */
  static byte[] essential(byte[] file, PixelLimit limit) throws UnusableImageException {
    ByteBuffer from = ByteBuffer.wrap(file);
    ByteBuffer to = ByteBuffer.allocate(file.length);
    to.put(SIGNATURE);
    from.position(SIGNATURE.length);
    String type = "";
    while (!type.equals("IEND")) {
      int start = from.position();
      if (from.remaining() < FRAME_BYTES) {
        throw new UnusableImageException("the PNG file is cut off after " + start + " bytes");
      }
      int length = from.getInt();
      if (length < 0 || length > from.remaining() - (FRAME_BYTES - Integer.BYTES)) {
        throw new UnusableImageException("the PNG file is cut off in the chunk at byte " + start);
      }
      type = new String(file, from.position(), Integer.BYTES, StandardCharsets.ISO_8859_1);
      if (to.position() == SIGNATURE.length) {
        checkHeader(type, length, from, limit);
      }
      if (ESSENTIAL.contains(type)) {
        checkSum(file, start, length, type);
        to.put(file, start, FRAME_BYTES + length);
      }
      from.position(start + FRAME_BYTES + length);
    }
    return Arrays.copyOf(to.array(), to.position());
  }

  /**
   * The contents of the chunk {@code eXIf} of a sound file, a TIFF structure; empty if there is
   * none or its CRC is wrong.
   */
  static Optional<byte[]> exif(byte[] file) {
    ByteBuffer from = ByteBuffer.wrap(file);
    int start = SIGNATURE.length;
    while (true) {
      int length = from.getInt(start);
      int type = from.getInt(start + Integer.BYTES);
      int data = start + 2 * Integer.BYTES;
      if (type == EXIF
          && from.getInt(data + length)
              == crc(file, data - Integer.BYTES, length + Integer.BYTES)) {
        // Some programs write the header of JPEG's Exif segment in front.
        boolean prefixed = length > 6 && from.getInt(data) == EXIF_PREFIX;
        return Optional.of(Arrays.copyOfRange(file, prefixed ? data + 6 : data, data + length));
      }
      if (type == END) {
        return Optional.empty();
      }
      start += FRAME_BYTES + length;
    }
  }

  private static void checkHeader(String type, int length, ByteBuffer from, PixelLimit limit)
      throws UnusableImageException {
    if (!type.equals("IHDR") || length != HEADER_BYTES) {
      throw new UnusableImageException("the PNG file does not begin with its header");
    }
    int width = from.getInt(from.position() + Integer.BYTES);
    int height = from.getInt(from.position() + 2 * Integer.BYTES);
    limit.check(width, height);
  }

  private static void checkSum(byte[] file, int start, int length, String type)
      throws UnusableImageException {
    int covered = Integer.BYTES + length;
    int stored = ByteBuffer.wrap(file).getInt(start + Integer.BYTES + covered);
    if (stored != crc(file, start + Integer.BYTES, covered)) {
      throw new UnusableImageException(
          "the PNG file is damaged: its chunk " + type + " at byte " + start + " has a wrong CRC");
    }
  }

  /**
   * A file of 8-bit samples.
   *
   * @param data the filtered rows, deflated: the contents of the chunk {@code IDAT}
   */
  static byte[] write(ImageShape shape, byte[] data) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    header.putInt(shape.width()).putInt(shape.height());
    header.put((byte) 8).put((byte) (shape.channels() == 3 ? 2 : 0)).put(new byte[3]);
    ByteBuffer file =
        ByteBuffer.allocate(SIGNATURE.length + 3 * FRAME_BYTES + HEADER_BYTES + data.length);
    file.put(SIGNATURE);
    chunk(file, "IHDR", header.array());
    chunk(file, "IDAT", data);
    chunk(file, "IEND", new byte[0]);
    return file.array();
  }

  private static void chunk(ByteBuffer file, String type, byte[] data) {
    file.putInt(data.length);
    int covered = file.position();
    file.put(type.getBytes(StandardCharsets.ISO_8859_1)).put(data);
    file.putInt(crc(file.array(), covered, Integer.BYTES + data.length));
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
