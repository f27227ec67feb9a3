package io.millrace.learning.vision.images;

import java.util.Locale;

/**
 * The samples of an image: grey or red, green, blue, a byte each. {@link #resizeInto} makes a
 * network's input of them: {@code sample / 255}, in [0, 1], without any other normalization; no
 * gamma and no colour profile is applied.
 *
 * <p>Immutable; safe for several threads.
 */
public final class DecodedImage {

  private final int width;
  private final int height;
  private final int channels;
  private final byte[] samples;

  /**
   * An image whose sizes are known to fit.
   *
   * @param samples {@code byte[height, width, channels]}, not copied
   */
  DecodedImage(int width, int height, int channels, byte[] samples) {
    this.width = width;
    this.height = height;
    this.channels = channels;
    this.samples = samples;
  }

  /**
   * An image of bare samples.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param samples {@code byte[height, width, channels]}, 0 to 255; not copied
   * @throws UnusableImageException if the extents are not positive or are not those of the samples
   */
  public static DecodedImage of(int width, int height, int channels, byte[] samples)
      throws UnusableImageException {
    if (channels != 1 && channels != 3) {
      throw new UnusableImageException("an image has 1 or 3 channels, not " + channels);
    }
    if (width < 1 || height < 1) {
      throw new UnusableImageException("an image of " + width + " x " + height + " has no pixels");
    }
    // At most Integer.MAX_VALUE / 3 x Integer.MAX_VALUE: no overflow in a long.
    if ((long) width * height > Integer.MAX_VALUE / channels
        || width * height * channels != samples.length) {
      throw new UnusableImageException(
          "%d x %d pixels of %d channels are not %d bytes"
              .formatted(width, height, channels, samples.length));
    }
    return new DecodedImage(width, height, channels, samples);
  }

  /** The image on a black canvas; what lies outside is cut off. */
  DecodedImage onCanvas(int canvasWidth, int canvasHeight, int left, int top) {
    if (width == canvasWidth && height == canvasHeight && left == 0 && top == 0) {
      return this;
    }
    byte[] canvas = new byte[Math.multiplyExact(canvasWidth * canvasHeight, channels)];
    int columns = Math.min(width, canvasWidth - left);
    for (int y = 0; y < Math.min(height, canvasHeight - top) && columns > 0; y++) {
      System.arraycopy(
          samples,
          y * width * channels,
          canvas,
          ((top + y) * canvasWidth + left) * channels,
          columns * channels);
    }
    return new DecodedImage(canvasWidth, canvasHeight, channels, canvas);
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** {@code byte[height, width, channels]}, not copied. */
  byte[] samples() {
    return samples;
  }

  /**
   * Writes the image as a network's input. Where the extents are equal, every number is exactly the
   * sample divided by 255; else the image is resized by {@link Resampling}. Colour becomes grey by
   * the luma of ITU-R BT.601, grey becomes three equal channels.
   *
   * @param target {@code float[channels, height, width]} from the offset on, in [0, 1]
   */
  public void resizeInto(ImageShape shape, float[] target, int offset) {
    int plane = shape.height() * shape.width();
    if (offset < 0 || target.length - offset < plane * shape.channels()) {
      throw new IllegalArgumentException(
          "no room for an image " + shape + " at " + offset + " of " + target.length);
    }
    int planes = shape.channels() == 3 && channels == 3 ? 3 : 1;
    for (int channel = 0; channel < planes; channel++) {
      fitPlane(shape, channel, target, offset + channel * plane);
    }
    for (int channel = planes; channel < shape.channels(); channel++) {
      System.arraycopy(target, offset, target, offset + channel * plane, plane);
    }
  }

  private void fitPlane(ImageShape shape, int channel, float[] target, int offset) {
    boolean luma = shape.channels() == 1 && channels == 3;
    if (width == shape.width() && height == shape.height()) {
      for (int y = 0; y < height; y++) {
        row(y, channel, luma, target, offset + y * width);
      }
    } else {
      new Resampling(width, height, shape.width(), shape.height())
          .apply((y, row) -> row(y, channel, luma, row, 0), target, offset);
    }
  }

  /** Writes a row of one channel, or of the luma, in [0, 1]. */
  private void row(int y, int channel, boolean luma, float[] target, int offset) {
    int from = y * width * channels + channel;
    for (int x = 0; x < width; x++, from += channels) {
      target[offset + x] = luma ? luma(from) : (samples[from] & 0xff) / 255f;
    }
  }

  /** In whole thousandths, so that equal channels give exactly the sample they share. */
  private float luma(int from) {
    int red = samples[from] & 0xff;
    int green = samples[from + 1] & 0xff;
    int blue = samples[from + 2] & 0xff;
    return (299 * red + 587 * green + 114 * blue) / 255_000f;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "Picture[%d x %d x %d]", width, height, channels);
  }
}
