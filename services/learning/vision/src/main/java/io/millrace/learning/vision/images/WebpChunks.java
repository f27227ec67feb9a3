package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The container of WebP files (RFC 9649, section 2). Only what makes the pixels goes on to the
 * decoder, so that it applies no colour profile, and the extents of all frames are checked. Of an
 * animation the first frame counts, on a black canvas.
 */
final class WebpChunks {

  private static final int HEADER_BYTES = 12;
  private static final int CHUNK_HEADER_BYTES = 8;
  private static final int FRAME_HEADER_BYTES = 16;
  private static final Set<String> ESSENTIAL =
      Set.of("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF");

  /** In the flags of VP8X: the file has a profile, an Exif block, XMP. */
  private static final int NOT_ESSENTIAL = 0x20 | 0x08 | 0x04;

  private final ByteBuffer file;
  private final PixelLimit limit;
  private byte @Nullable [] exif;
  private int canvasWidth;
  private int canvasHeight;
  private int left;
  private int top;
  private boolean hasFrame;

  private WebpChunks(byte[] file, PixelLimit limit) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.limit = limit;
  }

  static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    try {
      return new WebpChunks(file, limit).decode();
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new UnusableImageException("the WEBP file is damaged: a chunk is cut off", e);
    }
  }

  private DecodedImage decode() throws UnusableImageException {
    long end = CHUNK_HEADER_BYTES + (file.getInt(4) & 0xffff_ffffL);
    if (end > file.capacity()) {
      throw new UnusableImageException(
          "the WEBP file is cut off: it has %d of %d bytes".formatted(file.capacity(), end));
    }
    ByteBuffer to = ByteBuffer.allocate(file.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    to.put(0, file, 0, HEADER_BYTES).position(HEADER_BYTES);
    for (int at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= end; at = next(at)) {
      String type = type(at);
      int data = at + CHUNK_HEADER_BYTES;
      if (next(at) - 1 > end) {
        throw new UnusableImageException("the WEBP file is cut off in its chunk " + type.strip());
      }
      boolean isLaterFrame = type.equals("ANMF") && hasFrame;
      if (ESSENTIAL.contains(type) && !isLaterFrame) {
        inspect(type, data);
        to.put(file.slice(at, Math.min(next(at), file.capacity()) - at));
      } else if (type.equals("EXIF") && exif == null) {
        exif = exif(data, file.getInt(at + 4));
      }
    }
    to.putInt(4, to.position() - CHUNK_HEADER_BYTES);
    if (canvasWidth > 0) {
      int flags = HEADER_BYTES + CHUNK_HEADER_BYTES;
      to.put(flags, (byte) (to.get(flags) & ~NOT_ESSENTIAL));
    }
    DecodedImage image = ImageIoFormat.WEBP.decode(Arrays.copyOf(to.array(), to.position()), limit);
    return Orientation.of(Optional.ofNullable(exif)).upright(placed(image));
  }

  private DecodedImage placed(DecodedImage frame) {
    return canvasWidth == 0 ? frame : frame.onCanvas(canvasWidth, canvasHeight, left, top);
  }

  /** Checks the extent in a chunk, and remembers where the first frame lies. */
  private void inspect(String type, int data) throws UnusableImageException {
    switch (type) {
      case "VP8X" -> {
        canvasWidth = unsigned24(data + 4) + 1;
        canvasHeight = unsigned24(data + 7) + 1;
        limit.check(canvasWidth, canvasHeight);
      }
      case "VP8 " ->
          limit.check(file.getShort(data + 6) & 0x3fff, file.getShort(data + 8) & 0x3fff);
      case "VP8L" -> {
        int extent = file.getInt(data + 1);
        limit.check((extent & 0x3fff) + 1, (extent >> 14 & 0x3fff) + 1);
      }
      case "ANMF" -> {
        left = 2 * unsigned24(data);
        top = 2 * unsigned24(data + 3);
        hasFrame = true;
        int end = next(data - CHUNK_HEADER_BYTES);
        for (int at = data + FRAME_HEADER_BYTES; at + CHUNK_HEADER_BYTES <= end; at = next(at)) {
          if (type(at).startsWith("VP8")) {
            inspect(type(at), at + CHUNK_HEADER_BYTES);
          }
        }
      }
      default -> {}
    }
  }

  /** Chunks have an even number of bytes. */
  private int next(int at) {
    int length = file.getInt(at + 4);
    if (length < 0) {
      throw new IllegalArgumentException("a chunk of 2 GiB or more");
    }
    return Math.addExact(at + CHUNK_HEADER_BYTES, length + (length & 1));
  }

  private String type(int at) {
    return new String(file.array(), at, 4, StandardCharsets.ISO_8859_1);
  }

  private int unsigned24(int at) {
    return file.getInt(at) & 0xff_ffff;
  }

  /** Some programs write the header of JPEG's Exif segment in front. */
  private byte[] exif(int data, int length) {
    int begin = length > 6 && type(data).equals("Exif") ? data + 6 : data;
    return Arrays.copyOfRange(file.array(), begin, data + length);
  }
}
