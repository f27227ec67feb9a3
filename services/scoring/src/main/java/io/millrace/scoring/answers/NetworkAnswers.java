package io.millrace.scoring.answers;

import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.images.ImageBatch;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the output of a network as answers about images. Safe for several threads.
 *
 * @param ranking of the classes
 */
public record NetworkAnswers(ClassRanking ranking) {

  /**
   * The answer about one image.
   *
   * @param ranked the classes, or why none is named
   * @param error the mean squared error of the reconstruction, pixels in [0, 1]
   */
  public record Answer(ClassRanking.Ranked ranked, double error) {}

  /**
   * The answer about one image.
   *
   * @param version whose network has made the output
   * @param classes of the network, in the order of the scores
   * @param row of the image in batch and output
   * @throws DivergedException if a score or the error is not finite
   */
  public Answer answer(
      ServedModel.Version<?> version,
      List<String> classes,
      ImageBatch batch,
      NetworkOutput output,
      int row) {
    int count = output.classes();
    float[] scores = Arrays.copyOfRange(output.scores(), row * count, (row + 1) * count);
    ClassRanking.Ranked ranked = ranking.rank(version, classes, scores);
    double error = squaredError(batch, output.reconstructions(), row * batch.shape().size());
    ClassRanking.requireFinite(version, error);
    return new Answer(ranked, error);
  }

  /** The mean over the numbers of one image. */
  private static double squaredError(ImageBatch images, float[] reconstructions, int offset) {
    double sum = 0;
    for (int i = offset; i < offset + images.shape().size(); i++) {
      double difference = (double) images.pixels()[i] - reconstructions[i];
      sum += difference * difference;
    }
    return sum / images.shape().size();
  }
}
