package io.millrace.cli.demo.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Labelled grey images, read from gzipped IDX files (the MNIST database's page, "FILE FORMATS").
 *
 * @param height rows of an image
 * @param width columns of an image
 * @param pixels {@code byte[count, height, width]}, 0 to 255 unsigned, 0 is black
 * @param labels {@code byte[count]}, 0 to 9
 */
public record Digits(int height, int width, byte[] pixels, byte[] labels) {

  private static final int IMAGES_MAGIC = 0x0803;
  private static final int LABELS_MAGIC = 0x0801;

  public Digits {
    if (pixels.length != labels.length * height * width) {
      throw new IllegalArgumentException(
          "%d labels need %d pixels, there are %d"
              .formatted(labels.length, labels.length * height * width, pixels.length));
    }
  }

  /**
   * Reads a file of images and the file of their labels.
   *
   * @throws IOException if one cannot be read, is not IDX, or ends early
   */
  static Digits read(Path images, Path labels) throws IOException {
    byte[] named;
    try (var in = open(labels, LABELS_MAGIC)) {
      named = exactly(in, in.readInt(), labels);
    }
    try (var in = open(images, IMAGES_MAGIC)) {
      int count = in.readInt();
      if (count != named.length) {
        throw new IOException(
            "%s has %d images, %s has %d labels".formatted(images, count, labels, named.length));
      }
      int height = in.readInt();
      int width = in.readInt();
      return new Digits(height, width, exactly(in, count * height * width, images), named);
    }
  }

  /** How many. */
  public int count() {
    return labels.length;
  }

  /** One image's pixels, {@code byte[height, width]}. */
  public byte[] image(int index) {
    int size = height * width;
    return Arrays.copyOfRange(pixels, index * size, (index + 1) * size);
  }

  /** One image's label: {@code "7"}. */
  public String label(int index) {
    return Integer.toString(labels[index]);
  }

  /** The first of them, in their order; all if there are no more. */
  public Digits first(int limit) {
    int count = Math.min(limit, count());
    return new Digits(
        height, width, Arrays.copyOf(pixels, count * height * width), Arrays.copyOf(labels, count));
  }

  private static DataInputStream open(Path file, int magic) throws IOException {
    var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16));
    int found = in.readInt();
    if (found != magic) {
      in.close();
      throw new IOException(
          "%s is not IDX of the expected kind: it begins with %08x, not %08x"
              .formatted(file, found, magic));
    }
    return in;
  }

  private static byte[] exactly(InputStream in, int length, Path file) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException(file + " ends after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }
}
