package io.millrace.console.inference;

import static java.util.Objects.requireNonNull;

import io.millrace.schemas.avro.ClassScore;
import io.millrace.scoring.answers.ClassRanking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The outputs that every model has: {@code labels}, {@code probabilities} and {@code classes}. A
 * row without a label, since there are fewer than two classes or no known term, has an empty label
 * and zeros, as its prediction has.
 */
final class ClassOutputs {

  /** All classes of a version. */
  static final ClassRanking ALL_CLASSES = new ClassRanking(Integer.MAX_VALUE);

  private static final String LABELS = "labels";
  private static final String PROBABILITIES = "probabilities";
  private static final String CLASSES = "classes";

  private ClassOutputs() {}

  /** What they are. */
  static List<InferenceModel.TensorDescription> described(int classes) {
    Integer any = InferenceModel.ANY;
    return List.of(
        new InferenceModel.TensorDescription(LABELS, "BYTES", List.of(any)),
        new InferenceModel.TensorDescription(PROBABILITIES, "FP64", List.of(any, classes)),
        new InferenceModel.TensorDescription(CLASSES, "BYTES", List.of(classes)));
  }

  /**
   * The outputs of some rows.
   *
   * @param classes in the order of the model's scores, which is that of the probabilities
   * @param rows each with all classes, by {@link #ALL_CLASSES}
   */
  static List<OutputTensor> of(List<String> classes, List<ClassRanking.Ranked> rows) {
    Map<String, Integer> columns = new HashMap<>();
    classes.forEach(it -> columns.put(it, columns.size()));
    double[] probabilities = new double[rows.size() * classes.size()];
    List<String> labels = new ArrayList<>(rows.size());
    for (int row = 0; row < rows.size(); row++) {
      List<ClassScore> ranked = rows.get(row).classes();
      labels.add(ranked.isEmpty() ? "" : ranked.getFirst().getLabel());
      for (ClassScore score : ranked) {
        int column = requireNonNull(columns.get(score.getLabel()));
        probabilities[row * classes.size() + column] = score.getProbability();
      }
    }
    return List.of(
        new OutputTensor.Texts(LABELS, labels),
        new OutputTensor.Doubles(
            PROBABILITIES, TensorShape.of(rows.size(), classes.size()), probabilities),
        new OutputTensor.Texts(CLASSES, classes));
  }
}
