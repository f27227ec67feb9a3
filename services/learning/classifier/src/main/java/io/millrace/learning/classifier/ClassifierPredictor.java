package io.millrace.learning.classifier;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers documents by a version of the classifier. Immutable; safe for several threads. O(terms ·
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
   * A predictor from the content of a model file.
   *
   * @throws SafeTensorsException if it is not a classifier's
   */
  public static ClassifierPredictor load(SafeTensors weights) {
    return new ClassifierPredictor(ClassifierWeights.of(weights));
  }

  /** The classes in the order of the scores; empty while none is known. */
  public List<String> classes() {
    return weights.classes();
  }

  /**
   * Answers a document.
   *
   * @param terms each once; unknown ones count for nothing
   * @param documentWeights the weight of each term
   * @return the scores before the softmax, in the order of {@link #classes}; empty without classes
   * @throws IllegalArgumentException if there are not as many weights as terms
   */
  public float[] predict(List<String> terms, List<Double> documentWeights) {
    if (terms.size() != documentWeights.size()) {
      throw new IllegalArgumentException(
          "as many weights as terms, was " + documentWeights.size() + " for " + terms.size());
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
