package io.millrace.learning.vision.network;

import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.ImageBatch;
import io.millrace.learning.vision.Resampling;
import java.util.Arrays;

/**
 * A batch or a part of one, with all that its loss needs: losses are means over the whole batch, so
 * that the gradients of its parts add up to the batch's.
 *
 * @param pixels {@code float[count, channels, height, width]}
 * @param decoded what the decoder's pixels are compared with
 * @param targets the class of each image, or {@link #NONE}
 * @param classes that are known
 * @param images in the whole batch
 * @param labelled of the whole batch
 */
public record Lesson(
    float[] pixels, float[] decoded, int[] targets, int classes, int images, int labelled) {

  /** The class of an image without one. */
  public static final int NONE = -1;

  /** A whole batch. */
  static Lesson of(ImageBatch batch, Architecture network, int[] targets) {
    float[] decoded =
        Resampling.stretch(batch.pixels(), batch.count(), network.shape(), network.decoded());
    int labelled = 0;
    for (int target : targets) {
      labelled += target == NONE ? 0 : 1;
    }
    return new Lesson(
        batch.pixels(), decoded, targets, network.classes().size(), batch.count(), labelled);
  }

  /** Images in this part. */
  public int count() {
    return targets.length;
  }

  /** The images from one place to before another. */
  Lesson part(int from, int to) {
    return new Lesson(
        Arrays.copyOfRange(pixels, from * size(pixels), to * size(pixels)),
        Arrays.copyOfRange(decoded, from * size(decoded), to * size(decoded)),
        Arrays.copyOfRange(targets, from, to),
        classes,
        images,
        labelled);
  }

  private int size(float[] values) {
    return values.length / count();
  }
}
