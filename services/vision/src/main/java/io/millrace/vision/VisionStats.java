package io.millrace.vision;

import io.millrace.learning.core.PrequentialStats;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.images.ImageBatch;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a network has learned from, and how well it predicted each image before it learned from it.
 *
 * @param prequential accuracy and loss, over all images
 * @param error the sum over images of the mean squared error of their reconstruction; NaN where
 *     nothing was reconstructed
 * @param replayed images learned from again, each time counted; the other numbers leave them out
 */
record VisionStats(PrequentialStats prequential, double error, long replayed) {

  static final VisionStats NONE = new VisionStats(PrequentialStats.NONE, 0, 0);

  private static final int BYTES = 7 * Long.BYTES;

  /**
   * Adds a batch.
   *
   * @param classes known after the batch
   * @param known how many of them were known before
   * @param newImages the number of new images, the first ones of the batch; the others were learned
   *     from before
   */
  VisionStats plus(
      ImageBatch batch,
      List<Optional<String>> labels,
      NetworkOutput output,
      List<String> classes,
      int known,
      int newImages) {
    PrequentialStats newPrequential = prequential;
    double newError = error;
    for (int i = 0; i < newImages; i++) {
      newError += squaredError(batch, output, i);
      newPrequential = plus(newPrequential, labels.get(i), output, i, classes, known);
    }
    return new VisionStats(newPrequential, newError, replayed + batch.count() - newImages);
  }

  /** Adds images that were learned from again without new ones. */
  VisionStats plusReplayed(int images) {
    return new VisionStats(prequential, error, replayed + images);
  }

  private static PrequentialStats plus(
      PrequentialStats stats,
      Optional<String> label,
      NetworkOutput output,
      int image,
      List<String> classes,
      int known) {
    if (label.isEmpty()) {
      return stats.plusUnlabelled();
    }
    int target = classes.indexOf(label.get());
    if (target < 0) {
      return stats.plusRefused();
    }
    int from = image * output.classes();
    return stats.plusLabelled(output.scores(), from, output.classes(), known, target);
  }

  private static double squaredError(ImageBatch batch, NetworkOutput output, int image) {
    if (output.reconstructions().length == 0) {
      return Double.NaN;
    }
    int size = batch.shape().size();
    double sum = 0;
    for (int i = image * size; i < (image + 1) * size; i++) {
      double difference = output.reconstructions()[i] - batch.pixels()[i];
      sum += difference * difference;
    }
    return sum / size;
  }

  /** Images learned from. */
  long images() {
    return prequential.examples();
  }

  /** Images since an earlier moment. */
  long imagesSince(VisionStats earlier) {
    return prequential.examplesSince(earlier.prequential);
  }

  /** The mean squared error of a pixel since an earlier moment; NaN if there were no images. */
  double errorSince(VisionStats earlier) {
    return (error - earlier.error) / imagesSince(earlier);
  }

  /**
   * The metrics of a version's manifest, over the model's whole life and over a step.
   *
   * @param atLastStep the statistics when the step began
   * @param drifts the drifts so far
   * @param decodes whether the network reconstructs images
   */
  Map<String, Double> figures(VisionStats atLastStep, long drifts, boolean decodes) {
    Map<String, Double> figures = new LinkedHashMap<>();
    PrequentialStats before = atLastStep.prequential();
    figures.put("labelled", (double) prequential.labelled());
    figures.put("correct", (double) prequential.correct());
    figures.put("refused", (double) prequential.refused());
    figures.put("replayed", (double) replayed);
    figures.put("drifts", (double) drifts);
    if (prequential.labelled() > 0) {
      figures.put("prequentialAccuracy", prequential.accuracySince(PrequentialStats.NONE));
      figures.put("prequentialLoss", prequential.lossSince(PrequentialStats.NONE));
    }
    if (prequential.labelledSince(before) > 0) {
      figures.put("stepAccuracy", prequential.accuracySince(before));
      figures.put("stepLoss", prequential.lossSince(before));
    }
    if (images() > 0 && decodes) {
      figures.put("reconstructionError", errorSince(NONE));
    }
    if (imagesSince(atLastStep) > 0 && decodes) {
      figures.put("stepReconstructionError", errorSince(atLastStep));
    }
    return figures;
  }

  /** Encodes the numbers for a checkpoint: seven of 8 bytes. */
  byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .putLong(prequential.examples())
        .putLong(prequential.labelled())
        .putLong(prequential.correct())
        .putDouble(prequential.loss())
        .putLong(prequential.refused())
        .putDouble(error)
        .putLong(replayed)
        .array();
  }

  /**
   * Decodes what {@link #toBytes} encoded.
   *
   * @throws IllegalArgumentException if the length is wrong
   */
  static VisionStats read(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(
          "the statistics of a vision model have " + BYTES + " bytes, not " + bytes.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    var prequential =
        new PrequentialStats(
            buffer.getLong(),
            buffer.getLong(),
            buffer.getLong(),
            buffer.getDouble(),
            buffer.getLong());
    return new VisionStats(prequential, buffer.getDouble(), buffer.getLong());
  }
}
