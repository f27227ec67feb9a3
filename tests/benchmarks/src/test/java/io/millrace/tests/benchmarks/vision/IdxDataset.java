package io.millrace.tests.benchmarks.vision;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.learning.vision.images.ImageShape;
import java.io.IOException;
import java.nio.file.Path;

/** Gzipped IDX files of images with their labels. */
record IdxDataset(byte[] pixels, byte[] labels) {

  /** What the product ships. */
  static final Path MNIST = Path.of("..", "..", "data", "mnist");

  static final ImageShape SHAPE = new ImageShape(1, 28, 28);

  static IdxDataset read(Path folder, String set) throws IOException {
    LabelledImages images = LabelledImages.read(folder, set);
    return new IdxDataset(images.pixels(), images.labels());
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
}
