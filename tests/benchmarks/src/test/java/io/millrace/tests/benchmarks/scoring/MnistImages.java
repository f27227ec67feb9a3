package io.millrace.tests.benchmarks.scoring;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The training images of MNIST as records of {@code images}.
 *
 * @param pixels {@code byte[count, 28, 28]}
 * @param labels a digit each
 */
record MnistImages(byte[] pixels, byte[] labels) {

  static final Path FOLDER = Path.of("..", "..", "data", "mnist");

  private static final int SIDE = 28;
  private static final ImageShape SHAPE = new ImageShape(1, SIDE, SIDE);
  private static final AvroCodec<Image> AVRO = AvroCodec.of(Image.class);

  /** How an image comes. */
  enum Encoding {
    /** A file. */
    PNG,
    /** Avro {@code Image} of bare pixels. */
    PIXELS
  }

  static MnistImages read() {
    try {
      LabelledImages training = LabelledImages.read(FOLDER, "train");
      return new MnistImages(training.pixels(), training.labels());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int count() {
    return labels.length;
  }

  String label(int index) {
    return Integer.toString(labels[index]);
  }

  /** The value of a record. */
  byte[] value(int index, Encoding form) {
    int size = SHAPE.size();
    return switch (form) {
      case PIXELS -> {
        byte[] image = Arrays.copyOfRange(pixels, index * size, (index + 1) * size);
        yield AVRO.encode(new Image(null, new Pixels(SIDE, SIDE, 1, ByteBuffer.wrap(image)), null));
      }
      case PNG -> PngEncoder.encode(SHAPE, floats(index, 1), 0);
    };
  }

  /** Images side by side, {@code float[count, 1, 28, 28]}, in [0, 1]. */
  float[] floats(int from, int count) {
    float[] floats = new float[count * SHAPE.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (pixels[from * SHAPE.size() + i] & 0xff) / 255f;
    }
    return floats;
  }
}
