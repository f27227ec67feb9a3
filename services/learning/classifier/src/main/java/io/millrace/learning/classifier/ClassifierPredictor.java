package io.millrace.learning.classifier;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import java.util.List;

/**
 * Predicts the class of documents from a model file. Immutable; safe for several threads. O(terms ·
 * hidden + hidden · classes) a document, whatever the size of the vocabulary.
 */
public final class ClassifierPredictor {

  private final ClassifierWeights weights;
  private final TermTable rows = new TermTable();

  private ClassifierPredictor(ClassifierWeights weights) {
    this.weights = weights;
    for (int row = 0; row < weights.vocabulary().size(); row++) {
      rows.put(weights.vocabulary().get(row), row);
    }
  }

  /**
   * Loads a predictor from the content of a model file.
   *
   * @throws SafeTensorsException if it is not a classifier's
   */
  public static ClassifierPredictor load(SafeTensors weights) {
    return new ClassifierPredictor(ClassifierWeights.of(weights));
  }

  /** The classes in the order of the scores; empty before the first example. */
  public List<String> classes() {
    return weights.classes();
  }

  /**
   * The prediction of a document.
   *
   * @param scores {@code float[classes]}, before the softmax, in the order of {@link #classes}
   * @param known whether the model knows a term of the document, with a weight; without one the
   *     scores tell nothing about it: they are the same for all such documents
   */
  public record Prediction(float[] scores, boolean known) {}

  /**
   * Predicts a document.
   *
   * @param document its terms, each once; unknown ones are ignored
   */
  public Prediction predict(TermVector document) {
    float[] hidden = weights.fc1Bias().clone();
    boolean known = false;
    for (int place = 0; place < document.size(); place++) {
      int row = rows.row(document, place);
      if (row != TermTable.NONE) {
        float weight = (float) document.weight(place);
        known |= weight != 0;
        ForwardPass.addScaled(hidden, weight, weights.fc1(), row * hidden.length, hidden.length);
      }
    }
    ForwardPass.relu(hidden);
    float[] scores = ForwardPass.scores(hidden, weights.fc2(), weights.fc2Bias(), classes().size());
    return new Prediction(scores, known);
  }
}
