package io.millrace.tests.benchmarks.vision;

import io.millrace.learning.vision.images.ImageShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Gzipped IDX files of images with their labels. */
record IdxDataset(byte[] pixels, byte[] labels) {

  /** What the product ships. */
  static final Path MNIST = Path.of("..", "..", "data", "mnist");

  static final ImageShape SHAPE = new ImageShape(1, 28, 28);

  static IdxDataset read(Path folder, String set) throws IOException {
    return new IdxDataset(
        readAfter(folder.resolve(set + "-images-idx3-ubyte.gz"), 16),
        readAfter(folder.resolve(set + "-labels-idx1-ubyte.gz"), 8));
  }

  int count() {
    return labels.length;
  }

  String label(int index) {
    return Integer.toString(labels[index]);
  }

  byte[] image(int index) {
    byte[] image = new byte[SHAPE.size()];
    System.arraycopy(pixels, index * image.length, image, 0, image.length);
    return image;
  }

  private static byte[] readAfter(Path file, int header) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }
}
