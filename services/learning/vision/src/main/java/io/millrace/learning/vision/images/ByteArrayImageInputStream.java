package io.millrace.learning.vision.images;

import java.util.Arrays;
import java.util.Objects;
import javax.imageio.stream.ImageInputStreamImpl;

/** An array as a stream for Image I/O, without the copy that Image I/O itself would make. */
final class ByteArrayImageInputStream extends ImageInputStreamImpl {

  private final byte[] bytes;
  private final int zeros;

  ByteArrayImageInputStream(byte[] bytes) {
    this(bytes, 0);
  }

  /**
   * A stream that goes on with zeros, for a reader that takes the end of the stream for zeros and
   * would read them for ever.
   *
   * @param zeros how many may be read; beyond them, reading fails
   */
  ByteArrayImageInputStream(byte[] bytes, int zeros) {
    this.bytes = bytes;
    this.zeros = zeros;
  }

  @Override
  public int read() {
    bitOffset = 0;
    if (streamPos < bytes.length) {
      return bytes[(int) streamPos++] & 0xff;
    }
    if (zeros == 0) {
      return -1;
    }
    requireZeros(1);
    streamPos++;
    return 0;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    bitOffset = 0;
    int left = (int) Math.max(0, bytes.length - streamPos);
    if (zeros > 0 && left < length) {
      requireZeros(length);
      System.arraycopy(bytes, bytes.length - left, target, offset, left);
      Arrays.fill(target, offset + left, offset + length, (byte) 0);
      streamPos += length;
      return length;
    }
    if (left == 0 && length > 0) {
      return -1;
    }
    int count = Math.min(left, length);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private void requireZeros(int count) {
    if (streamPos + count > (long) bytes.length + zeros) {
      throw new IllegalStateException("the file ends before its last pixel");
    }
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
