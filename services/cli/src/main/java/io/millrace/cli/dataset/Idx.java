package io.millrace.cli.dataset;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * The IDX format of MNIST and similar data sets: two zero bytes, the type of the elements, the
 * number of dimensions, the sizes as 32-bit big-endian numbers, then the elements (Y. LeCun, C.
 * Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"). Unsigned bytes only.
 */
public final class Idx {

  /** The first four bytes of a file of labels. */
  public static final int LABELS = 0x0801;

  /** The first four bytes of a file of grey images. */
  public static final int IMAGES = 0x0803;

  private static final Pattern ENDING =
      Pattern.compile("[-.](images|labels)([-.]idx\\d([-.]ubyte)?)?$");

  private static final String GZIP = ".gz";
  private static final int BUFFER_BYTES = 1 << 16;

  private Idx() {}

  /** The name that a file of images and that of its labels share: {@code train}. */
  public static String stem(String name) {
    return ENDING.matcher(name).replaceFirst("");
  }

  /** The name of the file of labels that belongs to a file of images. */
  public static String labelsOf(String images) {
    return images.replace("images", "labels").replace("idx3", "idx1");
  }

  /**
   * Opens a file, which is decompressed if its name ends in {@code .gz}, after its first four
   * bytes.
   *
   * @param magic the first four bytes that it must have
   * @throws IOException if it cannot be read or begins otherwise
   */
  static DataInputStream open(Path file, int magic) throws IOException {
    InputStream bytes = Files.newInputStream(file);
    var in =
        new DataInputStream(
            file.toString().endsWith(GZIP)
                ? new GZIPInputStream(bytes, BUFFER_BYTES)
                : new BufferedInputStream(bytes, BUFFER_BYTES));
    int found = in.readInt();
    if (found != magic) {
      in.close();
      throw new IOException(
          "%s is not an IDX file of the expected kind: it begins with %08x, not %08x"
              .formatted(file, found, magic));
    }
    return in;
  }

  /** Reads images one after the other. */
  public static final class Images {

    private final DataInputStream in;
    private final int count;
    private final int height;
    private final int width;

    /** Reads the header, without the first four bytes. */
    public Images(DataInputStream in) throws IOException {
      this.in = in;
      this.count = size(in);
      this.height = size(in);
      this.width = size(in);
      if (height < 1 || width < 1 || (long) height * width > 1 << 24) {
        throw new IOException("images of " + width + " x " + height + " pixels are not supported");
      }
    }

    public int count() {
      return count;
    }

    public int height() {
      return height;
    }

    public int width() {
      return width;
    }

    /** The next image: {@code byte[height, width]}, row by row. */
    public byte[] next() throws IOException {
      return exactly(in, height * width, "bytes of an image");
    }

    /** All images that are left: {@code byte[count, height, width]}. */
    byte[] all() throws IOException {
      return exactly(in, Math.multiplyExact(count, height * width), "bytes");
    }
  }

  /** All labels of a file, as text; the first four bytes are read already. */
  public static List<String> labels(DataInputStream in) throws IOException {
    byte[] labels = labelBytes(in);
    return IntStream.range(0, labels.length)
        .mapToObj(i -> Integer.toString(Byte.toUnsignedInt(labels[i])))
        .toList();
  }

  /** All labels of a file, as text; it may be compressed. */
  public static List<String> labels(Path file) throws IOException {
    try (var in = open(file, LABELS)) {
      return labels(in);
    }
  }

  /** All labels of a file, {@code byte[count]}, unsigned; the first four bytes are read already. */
  static byte[] labelBytes(DataInputStream in) throws IOException {
    return exactly(in, size(in), "labels");
  }

  private static byte[] exactly(InputStream in, int length, String unit) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "the file ends after %d of %d %s".formatted(bytes.length, length, unit));
    }
    return bytes;
  }

  private static int size(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw new IOException("not an IDX file: a size is " + size);
    }
    return size;
  }
}
