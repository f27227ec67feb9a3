package io.millrace.learning.vision.network;

import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.Resampling;
import io.millrace.learning.vision.model.Architecture;
import java.util.Arrays;

/**
 * A batch to learn from, or a part of one, with all that its loss needs. Losses are means over the
 * whole batch, so that the gradients of its parts add up to the batch's.
 *
 * @param pixels {@code float[count, channels, height, width]}
 * @param decoded the images as the decoder should give them, of the decoder's extent
 * @param targets the class of each image, or {@link #UNLABELLED}
 * @param classes the number of classes that are known
 * @param images the number of images in the whole batch
 * @param labelled how many of those have a class
 */
public record TrainingBatch(
    float[] pixels, float[] decoded, int[] targets, int classes, int images, int labelled) {

  /** The class of an image without one. */
  public static final int UNLABELLED = -1;

  /** A whole batch. */
  static TrainingBatch of(ImageBatch batch, Architecture network, int[] targets) {
    float[] decoded =
        Resampling.resize(batch.pixels(), batch.count(), network.shape(), network.decoded());
    int labelled = 0;
    for (int target : targets) {
      labelled += target == UNLABELLED ? 0 : 1;
    }
    return new TrainingBatch(
        batch.pixels(), decoded, targets, network.classes().size(), batch.count(), labelled);
  }

  /** Images in this part. */
  public int count() {
    return targets.length;
  }

  /** The images of a range. */
  TrainingBatch slice(int from, int to) {
    return new TrainingBatch(
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
