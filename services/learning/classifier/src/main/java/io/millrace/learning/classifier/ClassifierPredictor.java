package io.millrace.learning.classifier;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Predicts the class of documents from a model file. Immutable; safe for several threads. O(terms ·
 * hidden + hidden · classes) a document, whatever the size of the vocabulary.
 */
public final class ClassifierPredictor {

  private final ClassifierWeights weights;
  private final Map<String, Integer> rows = new HashMap<>();

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
   * Whether a document has a term that the model knows, with a weight. The prediction of a document
   * without one tells nothing about it: it is the same for all of them.
   *
   * @param terms the document's terms
   * @param documentWeights the weight of each term
   */
  public boolean knowsAny(List<String> terms, List<Double> documentWeights) {
    for (int i = 0; i < terms.size(); i++) {
      if (documentWeights.get(i).floatValue() != 0 && rows.containsKey(terms.get(i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Predicts a document.
   *
   * @param terms the document's terms, each once; unknown ones are ignored
   * @param documentWeights the weight of each term
   * @return the scores before the softmax, in the order of {@link #classes}
   * @throws IllegalArgumentException if the number of weights is not the number of terms
   */
  public float[] predict(List<String> terms, List<Double> documentWeights) {
    if (terms.size() != documentWeights.size()) {
      throw new IllegalArgumentException(
          "each term needs one weight: "
              + terms.size()
              + " terms, "
              + documentWeights.size()
              + " weights");
    }
    float[] hidden = weights.fc1Bias().clone();
    for (int i = 0; i < terms.size(); i++) {
      Integer row = rows.get(terms.get(i));
      if (row != null) {
        float weight = documentWeights.get(i).floatValue();
        ForwardPass.addScaled(hidden, weight, weights.fc1(), row * hidden.length, hidden.length);
      }
    }
    ForwardPass.relu(hidden);
    return ForwardPass.scores(hidden, weights.fc2(), weights.fc2Bias(), classes().size());
  }
}
