package io.millrace.cli.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Grey images with their labels, read from the IDX files of MNIST and similar data sets.
 *
 * @param height rows of an image
 * @param width columns of an image
 * @param pixels {@code byte[count, height, width]}, 0 to 255 unsigned, 0 is black
 * @param labels {@code byte[count]}, unsigned
 */
public record LabelledImages(int height, int width, byte[] pixels, byte[] labels) {

  public LabelledImages {
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
  public static LabelledImages read(Path images, Path labels) throws IOException {
    byte[] read;
    try (var in = Idx.open(labels, Idx.LABELS)) {
      read = Idx.labelBytes(in);
    } catch (IOException e) {
      throw new IOException(labels + ": " + e.getMessage(), e);
    }
    try (var in = Idx.open(images, Idx.IMAGES)) {
      var header = new Idx.Images(in);
      if (header.count() != read.length) {
        throw new IOException(
            "%d images, but %s has %d labels".formatted(header.count(), labels, read.length));
      }
      return new LabelledImages(header.height(), header.width(), header.all(), read);
    } catch (IOException e) {
      throw new IOException(images + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads one set of a data set under the file names of MNIST.
   *
   * @param set {@code train} or {@code t10k}
   * @throws IOException if a file cannot be read, is not IDX, or ends early
   */
  public static LabelledImages read(Path folder, String set) throws IOException {
    return read(
        folder.resolve(set + "-images-idx3-ubyte.gz"),
        folder.resolve(set + "-labels-idx1-ubyte.gz"));
  }

  /** The number of images. */
  public int count() {
    return labels.length;
  }

  /** The pixels of one image, {@code byte[height, width]}. */
  public byte[] image(int index) {
    int size = height * width;
    return Arrays.copyOfRange(pixels, index * size, (index + 1) * size);
  }

  /** The label of one image: {@code "7"}. */
  public String label(int index) {
    return Integer.toString(Byte.toUnsignedInt(labels[index]));
  }

  /** The first images in their order; all if there are fewer than the limit. */
  public LabelledImages first(int limit) {
    int count = Math.min(limit, count());
    return new LabelledImages(
        height, width, Arrays.copyOf(pixels, count * height * width), Arrays.copyOf(labels, count));
  }
}
