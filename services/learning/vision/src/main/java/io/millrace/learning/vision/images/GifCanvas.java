package io.millrace.learning.vision.images;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where the first frame of a GIF file lies: it may be smaller than the image (GIF89a specification,
 * sections 18 and 20). The rest of the canvas is black.
 */
final class GifCanvas {

  private static final int FRAME = 0x2c;
  private static final int EXTENSION = 0x21;

  private final ByteBuffer file;

  private GifCanvas(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Decodes the first frame, which is the whole image unless it is animated. */
  static DecodedImage decode(byte[] file, PixelLimit limit) throws UnusableImageException {
    try {
      return new GifCanvas(file).decode(limit);
    } catch (IndexOutOfBoundsException e) {
      throw new UnusableImageException("the GIF file is cut off", e);
    }
  }

  private DecodedImage decode(PixelLimit limit) throws UnusableImageException {
    int frame = firstFrame();
    int left = unsigned(frame + 1);
    int top = unsigned(frame + 3);
    int width = Math.max(unsigned(6), left + unsigned(frame + 5));
    int height = Math.max(unsigned(8), top + unsigned(frame + 7));
    limit.check(width, height);
    return ImageIoFormat.GIF.decode(file.array(), limit).onCanvas(width, height, left, top);
  }

  private int firstFrame() throws UnusableImageException {
    int at = afterColours(13, file.get(10));
    while ((file.get(at) & 0xff) == EXTENSION) {
      at += 2;
      while (file.get(at) != 0) {
        at += 1 + (file.get(at) & 0xff);
      }
      at++;
    }
    if (file.get(at) != FRAME) {
      throw new UnusableImageException("the GIF file has no image");
    }
    return at;
  }

  private static int afterColours(int at, byte flags) {
    return (flags & 0x80) == 0 ? at : at + 3 * (2 << (flags & 7));
  }

  private int unsigned(int at) {
    return file.getShort(at) & 0xffff;
  }
}
