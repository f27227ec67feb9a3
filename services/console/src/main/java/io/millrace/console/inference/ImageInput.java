package io.millrace.console.inference;

import io.millrace.console.images.Decoding;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.UnusableImageException;
import io.millrace.runtime.http.HttpStatusException;
import java.util.List;

/**
 * Makes the input of a network of the tensor {@code images}: {@code FP32} in [0, 1], or image files
 * as {@code BYTES}, which are decoded and resized as those of the topic are. Safe for several
 * threads.
 */
final class ImageInput {

  static final String NAME = "images";

  /** The largest images that a request may have; more small ones have as many pixels. */
  private static final int LARGEST_IMAGES = 4;

  private final PixelLimit limit;
  private final InferenceLimits limits;

  /**
   * Takes images.
   *
   * @param limit of each image
   */
  ImageInput(PixelLimit limit, InferenceLimits limits) {
    this.limit = limit;
    this.limits = limits;
  }

  /**
   * The pixels of a tensor.
   *
   * @return {@code float[count, channels, height, width]}, NCHW, in [0, 1]
   * @throws HttpStatusException 400 if the tensor is not one of images of that shape
   */
  float[] pixels(InputTensor tensor, ImageShape shape) {
    return tensor.content() instanceof InputTensor.Content.Floats(float[] numbers)
        ? checked(tensor.shape(), numbers, shape)
        : decoded(tensor, shape);
  }

  private void checkCount(int count) {
    if (count > limits.maxQueued()) {
      throw HttpStatusException.badRequest(
          "a request may have %d images (console.inference.queue.max), has %d"
              .formatted(limits.maxQueued(), count));
    }
  }

  private float[] checked(TensorShape given, float[] numbers, ImageShape shape) {
    int count = given.rows();
    List<Integer> image = given.extents().subList(1, given.extents().size());
    boolean fits =
        image.equals(List.of(shape.channels(), shape.height(), shape.width()))
            || image.equals(List.of(shape.size()))
            || (shape.channels() == 1 && image.equals(List.of(shape.height(), shape.width())));
    if (!fits) {
      throw HttpStatusException.badRequest(
          "images must have the shape [n, %d, %d, %d] or [n, %d]%s, has %s"
              .formatted(
                  shape.channels(),
                  shape.height(),
                  shape.width(),
                  shape.size(),
                  shape.channels() == 1
                      ? " or [n, %d, %d]".formatted(shape.height(), shape.width())
                      : "",
                  given));
    }
    checkCount(count);
    for (int i = 0; i < numbers.length; i++) {
      if (!(numbers[i] >= 0 && numbers[i] <= 1)) {
        throw HttpStatusException.badRequest(
            "pixels must be from 0 to 1: a sample's byte divided by 255; pixel %d of image %d is %s"
                .formatted(i % (numbers.length / count), i / (numbers.length / count), numbers[i]));
      }
    }
    return numbers;
  }

  private float[] decoded(InputTensor tensor, ImageShape shape) {
    if (!tensor.shape().isList()) {
      throw HttpStatusException.badRequest(
          "images as BYTES must have the shape [n] or [n, 1], has " + tensor.shape());
    }
    checkCount(tensor.shape().rows());
    List<byte[]> files = tensor.files();
    int most = Math.max(1, limits.maxNumbers() / shape.size());
    if (files.size() > most) {
      throw HttpStatusException.badRequest(
          "a request may have %d images of %d numbers (console.body.max.bytes), has %d"
              .formatted(most, shape.size(), files.size()));
    }
    float[] pixels = new float[files.size() * shape.size()];
    long left = LARGEST_IMAGES * limit.pixels();
    for (int i = 0; i < files.size(); i++) {
      left -= decoded(i, files.get(i), left, shape, pixels);
    }
    return pixels;
  }

  /** Decodes an image into its place among the others. */
  private long decoded(int index, byte[] file, long left, ImageShape shape, float[] pixels) {
    var ofRequest =
        new PixelLimit(
            left,
            "%s: all images of a request may have %d times as many pixels together"
                .formatted(limit.setting(), LARGEST_IMAGES));
    try {
      return Decoding.alone(
          () -> ImageDecoder.decode(file, left < limit.pixels() ? ofRequest : limit),
          image -> {
            image.resizeInto(shape, pixels, index * shape.size());
            return (long) image.width() * image.height();
          });
    } catch (UnusableImageException e) {
      throw HttpStatusException.badRequest("image " + index + ": " + e.getMessage());
    }
  }
}
