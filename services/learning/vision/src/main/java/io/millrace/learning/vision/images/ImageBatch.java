package io.millrace.learning.vision.images;

/**
 * Images to be computed together. The pixels are not copied.
 *
 * @param shape of every image
 * @param count how many there are, at least 1
 * @param pixels {@code float[count, channels, height, width]}, NCHW, in [0, 1]: a sample's byte
 *     divided by 255
 */
public record ImageBatch(ImageShape shape, int count, float[] pixels) {
  public ImageBatch {
    if (count < 1) {
      throw new IllegalArgumentException("a batch needs at least 1 image, has " + count);
    }
    if (pixels.length != Math.multiplyExact(count, shape.size())) {
      throw new IllegalArgumentException(
          count + " images " + shape + " are not " + pixels.length + " numbers");
    }
  }
}
