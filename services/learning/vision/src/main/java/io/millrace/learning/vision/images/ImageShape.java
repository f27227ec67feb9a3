package io.millrace.learning.vision.images;

/**
 * The shape of an image.
 *
 * @param channels 1 for grey, 3 for red, green, blue
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record ImageShape(int channels, int height, int width) {
  public ImageShape {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels must be 1 or 3, was " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be >= 1, were " + height + " and " + width);
    }
  }

  /** Numbers in an image: channels x height x width. */
  public int size() {
    return Math.multiplyExact(channels, Math.multiplyExact(height, width));
  }
}
