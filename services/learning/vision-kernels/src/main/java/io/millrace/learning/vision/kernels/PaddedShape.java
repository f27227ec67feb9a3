package io.millrace.learning.vision.kernels;

/**
 * The shape of an image, or of a layer's output, in an array of the kernels: {@code float[height +
 * 2 · padding, width + 2 · padding, channels]}, the padding zeros.
 */
record PaddedShape(int height, int width, int channels, int padding) {

  /** Numbers in it, padding included. */
  int size() {
    return (height + 2 * padding) * rowStride();
  }

  /** The distance from a pixel to the one below it. */
  int rowStride() {
    return (width + 2 * padding) * channels;
  }

  /** Where a pixel's channels begin. */
  int offset(int y, int x) {
    return (y + padding) * rowStride() + (x + padding) * channels;
  }

  /** The same shape with another padding. */
  PaddedShape withPadding(int newPad) {
    return new PaddedShape(height, width, channels, newPad);
  }

  /** Copies an image from the layout {@code float[channels, height, width]}. */
  void fromPlanar(float[] planar, int from, float[] to, int at) {
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        int source = from + (c * height + y) * width;
        int target = at + offset(y, 0) + c;
        for (int x = 0; x < width; x++) {
          to[target + x * channels] = planar[source + x];
        }
      }
    }
  }

  /** Copies an image that has no padding. */
  void fromUnpadded(float[] unpadded, int from, float[] to, int at) {
    int row = width * channels;
    for (int y = 0; y < height; y++) {
      System.arraycopy(unpadded, from + y * row, to, at + offset(y, 0), row);
    }
  }
}
