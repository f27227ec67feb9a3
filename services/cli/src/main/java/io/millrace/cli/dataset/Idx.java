package io.millrace.cli.dataset;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.regex.Pattern;

/**
 * The IDX format of MNIST and its like: two zero bytes, the type of the elements, the number of
 * dimensions, their sizes as 32-bit numbers, big end first, then the elements (Y. LeCun, C. Cortes,
 * C. J. C. Burges, "The MNIST database of handwritten digits"). Unsigned bytes only.
 */
public final class Idx {

  /** The first four bytes of a file of labels. */
  public static final int LABELS = 0x0801;

  /** The first four bytes of a file of grey images. */
  public static final int IMAGES = 0x0803;

  private static final Pattern ENDING =
      Pattern.compile("[-.](images|labels)([-.]idx\\d([-.]ubyte)?)?$");

  private Idx() {}

  /** The name that a file of images and that of its labels share: {@code train}. */
  public static String stem(String name) {
    return ENDING.matcher(name).replaceFirst("");
  }

  /** The name of the file of labels that belongs to one of images. */
  public static String labelsOf(String images) {
    return images.replace("images", "labels").replace("idx3", "idx1");
  }

  /** Images, one after the other. */
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
        throw new IOException("images of " + width + " x " + height + " pixels cannot be sent");
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

    /** The next image: {@code byte[height * width]}, row by row. */
    public byte[] next() throws IOException {
      byte[] pixels = in.readNBytes(height * width);
      if (pixels.length < height * width) {
        throw new EOFException("the file ends in the middle of an image");
      }
      return pixels;
    }
  }

  /** All labels of a file, as texts; the first four bytes are read already. */
  public static String[] labels(DataInputStream in) throws IOException {
    int count = size(in);
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the file ends after " + bytes.length + " of " + count + " labels");
    }
    String[] labels = new String[count];
    for (int i = 0; i < count; i++) {
      labels[i] = Integer.toString(Byte.toUnsignedInt(bytes[i]));
    }
    return labels;
  }

  private static int size(DataInputStream in) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw new IOException("not an IDX file: a size is " + size);
    }
    return size;
  }
}
