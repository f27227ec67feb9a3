package io.millrace.scoring;

import io.millrace.learning.core.Softmax;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.avro.ClassScore;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks the classes of a prediction by their scores, highest first; of equal scores the class that
 * was known first comes first. Safe for several threads.
 *
 * @param limit the most classes, at least 1
 */
record ClassRanking(int limit) {
  ClassRanking {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be >= 1, was " + limit);
    }
  }

  /**
   * Ranks the classes of one prediction. O(classes · log classes).
   *
   * @param version that predicted
   * @param classes in the order of the scores
   * @param scores {@code float[classes]}, before the softmax
   * @throws IncompatibleStateException if a score is not finite
   */
  List<ClassScore> rank(ServedModel.Version<?> version, List<String> classes, float[] scores) {
    for (float score : scores) {
      requireFinite(version, score);
    }
    double[] probabilities = Softmax.of(scores);
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
        .limit(limit)
        .map(i -> new ClassScore(classes.get(i), probabilities[i], (double) scores[i]))
        .toList();
  }

  /**
   * Makes sure that a number of a prediction is finite. Another would stay in the evaluation's sums
   * for good.
   *
   * @throws IncompatibleStateException if it is not finite: the model has diverged
   */
  static void requireFinite(ServedModel.Version<?> version, double number) {
    if (!Double.isFinite(number)) {
      throw new IncompatibleStateException(
          ("version %d of the model %s has diverged: it predicts %s; start the model again with"
                  + " `millrace models reset %s`")
              .formatted(version.number(), version.model(), number, version.model()));
    }
  }
}
