package io.millrace.learning.vision.images;

/**
 * How large an image may be. It is checked before memory is allocated for the pixels.
 *
 * @param pixels the most that are decoded, width times height
 * @param setting where the number comes from, for the person whose image is refused
 */
public record PixelLimit(long pixels, String setting) {

  void check(int width, int height) throws UnusableImageException {
    if (width < 1 || height < 1) {
      throw new UnusableImageException("the image has no pixels: " + width + " x " + height);
    }
    if ((long) width * height > pixels) {
      throw new UnusableImageException(
          "the image has %d x %d pixels, more than the limit of %d: make it smaller, or raise %s"
              .formatted(width, height, pixels, setting));
    }
  }
}
