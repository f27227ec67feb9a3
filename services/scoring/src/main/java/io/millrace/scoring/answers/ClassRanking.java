package io.millrace.scoring.answers;

import io.millrace.learning.core.Softmax;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.NoLabelReason;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Ranks the classes of a prediction by their scores, highest first; of equal scores the class that
 * was known first comes first. With fewer than two classes there is nothing to tell apart, and the
 * softmax of a lone score is 1 whatever was asked: no class is named then. Safe for several
 * threads.
 *
 * @param limit the most classes, at least 1
 */
public record ClassRanking(int limit) {
  public ClassRanking {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be >= 1, was " + limit);
    }
  }

  /**
   * The classes of a prediction, or why it names none.
   *
   * @param classes the most probable ones, the most probable first
   * @param reason empty if there are classes
   */
  public record Ranked(List<ClassScore> classes, Optional<NoLabelReason> reason) {
    public Ranked {
      classes = List.copyOf(classes);
      if (classes.isEmpty() == reason.isEmpty()) {
        throw new IllegalArgumentException(
            "either classes or a reason, were %s and %s".formatted(classes, reason));
      }
    }

    /** The probability of the best class; NaN if there is none. */
    public double confidence() {
      return classes.isEmpty() ? Double.NaN : classes.getFirst().getProbability();
    }

    /** No classes. */
    public static Ranked none(NoLabelReason reason) {
      return new Ranked(List.of(), Optional.of(reason));
    }
  }

  /**
   * Ranks the classes of one prediction. O(classes · log classes).
   *
   * @param version that predicted
   * @param classes in the order of the scores
   * @param scores {@code float[classes]}, before the softmax
   * @throws DivergedException if a score is not finite
   */
  public Ranked rank(ServedModel.Version<?> version, List<String> classes, float[] scores) {
    for (float score : scores) {
      requireFinite(version, score);
    }
    if (scores.length < 2) {
      return Ranked.none(
          scores.length == 0 ? NoLabelReason.NO_CLASS_YET : NoLabelReason.ONE_CLASS_YET);
    }
    double[] probabilities = Softmax.of(scores);
    return new Ranked(
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -scores[i]))
            .limit(limit)
            .map(i -> new ClassScore(classes.get(i), probabilities[i], (double) scores[i]))
            .toList(),
        Optional.empty());
  }

  /**
   * Makes sure that a number of a prediction is finite. Another would stay in the evaluation's sums
   * for good.
   *
   * @throws DivergedException if it is not finite
   */
  public static void requireFinite(ServedModel.Version<?> version, double number) {
    if (!Double.isFinite(number)) {
      throw new DivergedException(version.model(), version.number(), number);
    }
  }
}
