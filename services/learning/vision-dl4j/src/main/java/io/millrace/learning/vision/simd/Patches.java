package io.millrace.learning.vision.simd;

/**
 * What an {@link OuterProduct} multiplies of an image. With many channels that is the image itself,
 * tap by tap. With one or three, too few for a tile, it is a copy in which each pixel has the
 * inputs of all its taps side by side.
 */
sealed interface Patches {

  /** The way that suits an image's channels. */
  static Patches of(int[] taps, Plane image, Plane convolved) {
    return image.channels() % OuterProduct.TILE == 0
        ? new Direct(taps, image)
        : new Copied(taps, image, convolved);
  }

  /** The product of the patches with an output's gradient. */
  OuterProduct product(int outputs, OuterProduct.Steps d);

  /** Makes the patches of an image's first rows and columns. */
  void gather(float[] in, int from, int height, int width);

  /** Where the patches are, if the image is here. */
  float[] values(float[] in);

  /** Where they begin, if the image begins here. */
  int from(int from);

  /** The place of a tap's input among those of the product. */
  int input(int tap, int channel);

  /** The image itself. */
  record Direct(int[] taps, Plane image) implements Patches {

    @Override
    public OuterProduct product(int outputs, OuterProduct.Steps d) {
      var steps = new OuterProduct.Steps(image.channels(), image.rowStep());
      return new OuterProduct(taps, image.channels(), outputs, steps, d);
    }

    @Override
    public void gather(float[] in, int from, int height, int width) {}

    @Override
    public float[] values(float[] in) {
      return in;
    }

    @Override
    public int from(int from) {
      return from;
    }

    @Override
    public int input(int tap, int channel) {
      return tap * image.channels() + channel;
    }
  }

  /** A copy, {@code float[height, width, taps · channels, padded to whole tiles]}. */
  final class Copied implements Patches {

    private final int[] taps;
    private final Plane image;
    private final int rowPixels;
    private final int inputs;
    private final float[] patches;

    Copied(int[] taps, Plane image, Plane convolved) {
      this.taps = taps.clone();
      this.image = image;
      this.rowPixels = convolved.width();
      this.inputs =
          Math.ceilDiv(taps.length * image.channels(), OuterProduct.TILE) * OuterProduct.TILE;
      this.patches = new float[convolved.height() * rowPixels * inputs];
    }

    @Override
    public OuterProduct product(int outputs, OuterProduct.Steps d) {
      var steps = new OuterProduct.Steps(inputs, rowPixels * inputs);
      return new OuterProduct(new int[] {0}, inputs, outputs, steps, d);
    }

    @Override
    public void gather(float[] in, int from, int height, int width) {
      int channels = image.channels();
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          int source = from + y * image.rowStep() + x * channels;
          int target = (y * rowPixels + x) * inputs;
          for (int tap : taps) {
            for (int c = 0; c < channels; c++) {
              patches[target++] = in[source + tap + c];
            }
          }
        }
      }
    }

    @Override
    public float[] values(float[] in) {
      return patches;
    }

    @Override
    public int from(int from) {
      return 0;
    }

    @Override
    public int input(int tap, int channel) {
      return tap * image.channels() + channel;
    }
  }
}
