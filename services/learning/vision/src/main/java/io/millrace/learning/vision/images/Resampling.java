package io.millrace.learning.vision.images;

import java.util.Arrays;

/**
 * Resizes an image: each target pixel is the mean of the source, weighted by a triangle around the
 * pixel's centre that reaches as far as one pixel of the coarser of the two grids. So enlarging
 * interpolates between neighbours, and reducing uses every pixel. The same as Pillow's {@code
 * BILINEAR} and PyTorch's {@code interpolate(mode="bilinear", antialias=True)}.
 *
 * <p>Allocates two rows of the source; O(source pixels).
 */
public final class Resampling {

  /** Reads the rows of the source, {@code float[width]} each. */
  interface RowSource {
    void read(int y, float[] row);
  }

  private final Axis across;
  private final Axis down;
  private final int sourceWidth;

  Resampling(int sourceWidth, int sourceHeight, int targetWidth, int targetHeight) {
    this.sourceWidth = sourceWidth;
    this.across = Axis.of(sourceWidth, targetWidth);
    this.down = Axis.of(sourceHeight, targetHeight);
  }

  /**
   * Resizes images.
   *
   * @param images {@code float[count, channels, height, width]}, of the first shape
   * @param to an extent of as many channels
   * @return {@code float[count, channels, height, width]} of the second shape; the same array if
   *     the shapes are equal
   */
  public static float[] resize(float[] images, int count, ImageShape from, ImageShape to) {
    if (from.equals(to)) {
      return images;
    }
    int source = from.height() * from.width();
    int target = to.height() * to.width();
    var resampling = new Resampling(from.width(), from.height(), to.width(), to.height());
    float[] resized = new float[count * to.size()];
    for (int plane = 0; plane < count * to.channels(); plane++) {
      int begin = plane * source;
      resampling.apply(
          (y, row) -> System.arraycopy(images, begin + y * from.width(), row, 0, row.length),
          resized,
          plane * target);
    }
    return resized;
  }

  /** Writes {@code float[targetHeight, targetWidth]} from the offset on. */
  void apply(RowSource source, float[] target, int offset) {
    float[] row = new float[sourceWidth];
    float[] mean = new float[sourceWidth];
    for (int y = 0; y < down.targets(); y++) {
      Arrays.fill(mean, 0);
      for (int k = 0; k < down.count(y); k++) {
        source.read(down.first(y) + k, row);
        float weight = down.weight(y, k);
        for (int x = 0; x < sourceWidth; x++) {
          mean[x] += weight * row[x];
        }
      }
      across(mean, target, offset + y * across.targets());
    }
  }

  private void across(float[] row, float[] target, int offset) {
    for (int x = 0; x < across.targets(); x++) {
      float sum = 0;
      for (int k = 0; k < across.count(x); k++) {
        sum += across.weight(x, k) * row[across.first(x) + k];
      }
      target[offset + x] = Math.min(sum, 1);
    }
  }

  /**
   * For each target pixel along one side: the source pixels that it is a mean of, and their
   * weights.
   */
  private record Axis(int[] firsts, float[][] weights) {

    static Axis of(int sources, int targets) {
      double scale = (double) sources / targets;
      double reach = Math.max(scale, 1);
      int[] firsts = new int[targets];
      float[][] weights = new float[targets][];
      for (int i = 0; i < targets; i++) {
        double centre = (i + 0.5) * scale;
        int first = (int) Math.max(centre - reach + 0.5, 0);
        int end = (int) Math.min(centre + reach + 0.5, sources);
        firsts[i] = first;
        weights[i] = triangle(centre - 0.5 - first, reach, end - first);
      }
      return new Axis(firsts, weights);
    }

    /** Weights of sources 0, 1, … around a centre; they add up to 1. */
    private static float[] triangle(double centre, double reach, int count) {
      double[] heights = new double[count];
      for (int k = 0; k < count; k++) {
        heights[k] = Math.max(0, 1 - Math.abs(k - centre) / reach);
      }
      double sum = Arrays.stream(heights).sum();
      float[] weights = new float[count];
      for (int k = 0; k < count; k++) {
        weights[k] = (float) (heights[k] / sum);
      }
      return weights;
    }

    int targets() {
      return firsts.length;
    }

    int first(int target) {
      return firsts[target];
    }

    int count(int target) {
      return weights[target].length;
    }

    float weight(int target, int k) {
      return weights[target][k];
    }
  }
}
