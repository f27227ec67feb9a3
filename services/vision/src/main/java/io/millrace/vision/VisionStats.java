package io.millrace.vision;

import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.images.ImageBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Figures over all that a network has learned, each taken before it learned from the image: from
 * the forward pass that learning makes anyway.
 *
 * @param images learned from
 * @param labelled those that have a class
 * @param correct those of them that were answered rightly: the highest score of a class known
 *     before the batch was the label's
 * @param loss the sum of their cross-entropies, nats; classes first met in the batch are in it
 * @param refused images whose label was one class too many
 * @param error the sum over images of the mean squared error of their reconstruction; NaN where
 *     nothing was reconstructed
 * @param replayed images learned from again, over all times; the other figures leave them out
 */
record VisionStats(
    long images,
    long labelled,
    long correct,
    double loss,
    long refused,
    double error,
    long replayed) {

  static final VisionStats NONE = new VisionStats(0, 0, 0, 0, 0, 0, 0);

  private static final int BYTES = 7 * Long.BYTES;

  /**
   * These and a batch's.
   *
   * @param classes known after the batch
   * @param known how many of them were known before
   * @param newImages of the batch that are new, its first ones; the others were learned from before
   */
  VisionStats plus(
      ImageBatch batch,
      List<Optional<String>> labels,
      NetworkOutput answers,
      List<String> classes,
      int known,
      int newImages) {
    long newLabelled = labelled;
    long newCorrect = correct;
    long newRefused = refused;
    double newLoss = loss;
    double newError = error;
    for (int i = 0; i < newImages; i++) {
      newError += squaredError(batch, answers, i);
      if (labels.get(i).isEmpty()) {
        continue;
      }
      int target = classes.indexOf(labels.get(i).get());
      if (target < 0) {
        newRefused++;
        continue;
      }
      newLabelled++;
      newCorrect += best(answers, i, known) == target ? 1 : 0;
      newLoss += crossEntropy(answers, i, target);
    }
    return new VisionStats(
        images + newImages,
        newLabelled,
        newCorrect,
        newLoss,
        newRefused,
        newError,
        replayed + batch.count() - newImages);
  }

  /** The place of an image's highest score among the first so many; -1 if there is none. */
  private static int best(NetworkOutput answers, int image, int known) {
    int from = image * answers.classes();
    int best = -1;
    for (int k = 0; k < known; k++) {
      if (best < 0 || answers.scores()[from + k] > answers.scores()[from + best]) {
        best = k;
      }
    }
    return best;
  }

  private static double crossEntropy(NetworkOutput answers, int image, int target) {
    int from = image * answers.classes();
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < answers.classes(); k++) {
      most = Math.max(most, answers.scores()[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < answers.classes(); k++) {
      sum += StrictMath.exp(answers.scores()[from + k] - most);
    }
    return StrictMath.log(sum) + most - answers.scores()[from + target];
  }

  private static double squaredError(ImageBatch batch, NetworkOutput answers, int image) {
    if (answers.reconstructions().length == 0) {
      return Double.NaN;
    }
    int size = batch.shape().size();
    double sum = 0;
    for (int i = image * size; i < (image + 1) * size; i++) {
      double difference = answers.reconstructions()[i] - batch.pixels()[i];
      sum += difference * difference;
    }
    return sum / size;
  }

  /** Images since an earlier moment. */
  long imagesSince(VisionStats earlier) {
    return images - earlier.images;
  }

  /** Labelled images since an earlier moment. */
  long labelledSince(VisionStats earlier) {
    return labelled - earlier.labelled;
  }

  /** Labelled images since an earlier moment that were answered wrongly. */
  long wrongSince(VisionStats earlier) {
    return labelledSince(earlier) - (correct - earlier.correct);
  }

  /** The share of the labelled images since an earlier moment answered rightly; NaN if none. */
  double accuracySince(VisionStats earlier) {
    return (double) (correct - earlier.correct) / labelledSince(earlier);
  }

  /** The mean cross-entropy of the labelled images since an earlier moment; NaN if none. */
  double lossSince(VisionStats earlier) {
    return (loss - earlier.loss) / labelledSince(earlier);
  }

  /** The mean squared error of a pixel since an earlier moment; NaN if there were no images. */
  double errorSince(VisionStats earlier) {
    return (error - earlier.error) / imagesSince(earlier);
  }

  /** What {@link #read} reads. */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(images)
        .putLong(labelled)
        .putLong(correct)
        .putDouble(loss)
        .putLong(refused)
        .putDouble(error)
        .putLong(replayed)
        .array();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static VisionStats read(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("statistics are not " + bytes.length + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new VisionStats(
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getDouble(),
        buffer.getLong(),
        buffer.getDouble(),
        buffer.getLong());
  }
}
