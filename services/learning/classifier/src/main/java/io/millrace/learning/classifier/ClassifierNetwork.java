package io.millrace.learning.classifier;

import io.millrace.learning.core.Softmax;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers: fc1 with a row for each term, ReLU, fc2 with a row for each class. The loss is the
 * mean cross-entropy of a batch, as PyTorch's {@code CrossEntropyLoss}. Not thread-safe.
 */
final class ClassifierNetwork {

  /**
   * The bound of a term's first weights. Documents have about unit length, so the hidden layer is
   * of this size too.
   */
  private static final double FC1_BOUND = 0.05;

  private static final double[] NO_PROBABILITIES = {};
  private static final float[] UNIT = {1};

  private final OnlineClassifierConfig config;
  private final long seed;
  private final double bound;
  private final Map<String, Integer> classes = new LinkedHashMap<>();
  private List<String> names = List.of();
  private final ParameterRows fc1;
  private final ParameterRows fc1Bias;
  private final ParameterRows fc2;
  private final ParameterRows fc2Bias;
  private final RowGradients fc1Gradients;
  private final RowGradients fc1BiasGradients;
  private final RowGradients fc2Gradients;
  private final RowGradients fc2BiasGradients;

  /** A network without terms and classes. */
  ClassifierNetwork(OnlineClassifierConfig config, long seed) {
    int hidden = config.hidden();
    ClassifierOptimizer dense = config.optimizer().dense();
    this.config = config;
    this.seed = seed;
    this.bound = 1 / Math.sqrt(hidden);
    fc1 = new ParameterRows(hidden, config.vocabulary(), config.optimizer(), config.rate());
    fc1Bias = new ParameterRows(hidden, 1, dense, config.denseRate());
    fc2 = new ParameterRows(hidden, config.classes(), dense, config.denseRate());
    fc2Bias = new ParameterRows(1, config.classes(), dense, config.denseRate());
    fc1Gradients = new RowGradients(hidden);
    fc1BiasGradients = new RowGradients(hidden);
    fc2Gradients = new RowGradients(hidden);
    fc2BiasGradients = new RowGradients(1);
    fc1Bias.set(0, WeightInitializer.uniform(seed, "fc1.bias", hidden, bound));
  }

  /** A document: the rows of its terms, and their weights. */
  record SparseInput(int[] rows, float[] weights) {}

  /**
   * The activations of an example after the forward example.
   *
   * @param label the class, or -1 without one
   * @param hidden {@code float[hidden]}, after the ReLU
   * @param scores {@code float[classes]}, before the softmax
   * @param probabilities {@code double[classes]}, after it; empty without a label
   */
  record Activations(
      SparseInput input, int label, float[] hidden, float[] scores, double[] probabilities) {}

  List<String> classes() {
    return names;
  }

  int classCount() {
    return classes.size();
  }

  boolean isClass(String label) {
    return classes.containsKey(label);
  }

  /** The class of a label, which is added if it is new; -1 if it would be one too many. */
  int classIndex(String label) {
    Integer known = classes.get(label);
    if (known != null) {
      return known;
    }
    int number = classes.size();
    if (number == config.classes()) {
      return -1;
    }
    addClass(
        label, WeightInitializer.uniform(seed, "fc2.weight " + label, config.hidden(), bound), 0);
    return number;
  }

  private void addClass(String label, float[] weights, float bias) {
    int number = classes.size();
    classes.put(label, number);
    names = List.copyOf(classes.keySet());
    fc2.set(number, weights);
    fc2Bias.set(number, new float[] {bias});
  }

  /** Initializes the row of a new term. */
  void addTerm(int row, String term) {
    fc1.set(row, WeightInitializer.uniform(seed, "fc1.weight " + term, config.hidden(), FC1_BOUND));
  }

  /** Makes a forward pass over all classes known now. */
  Activations forward(SparseInput input, int label) {
    float[] hidden = fc1Bias.values().clone();
    for (int i = 0; i < input.rows().length; i++) {
      int at = input.rows()[i] * hidden.length;
      ForwardPass.addScaled(hidden, input.weights()[i], fc1.values(), at, hidden.length);
    }
    ForwardPass.relu(hidden);
    float[] scores = ForwardPass.scores(hidden, fc2.values(), fc2Bias.values(), classes.size());
    double[] probabilities = label < 0 ? NO_PROBABILITIES : Softmax.of(scores);
    return new Activations(input, label, hidden, scores, probabilities);
  }

  /**
   * Learns from the activations of a batch.
   *
   * @param update the number of this update of the optimizer, from 1
   */
  void learn(List<Activations> batch, long update) {
    for (Activations example : batch) {
      backward(example, 1f / batch.size());
    }
    update(fc1Gradients, fc1, update);
    update(fc1BiasGradients, fc1Bias, update);
    update(fc2Gradients, fc2, update);
    update(fc2BiasGradients, fc2Bias, update);
  }

  /** Sets the share by which AdaGrad's sums decay at each update of a row from now on. */
  void decay(double share) {
    fc1.decay(share);
    dense().keySet().forEach(parameters -> parameters.decay(share));
  }

  private static void update(RowGradients gradients, ParameterRows parameters, long update) {
    parameters.beginUpdate(update);
    gradients.applyTo(parameters);
  }

  private void backward(Activations example, float share) {
    float[] hidden = example.hidden();
    float[] hiddenGradient = new float[hidden.length];
    double[] probabilities = example.probabilities();
    for (int c = 0; c < probabilities.length; c++) {
      float g = (float) (probabilities[c] - (c == example.label() ? 1 : 0)) * share;
      fc2BiasGradients.add(c, g, UNIT);
      fc2Gradients.add(c, g, hidden);
      ForwardPass.addScaled(hiddenGradient, g, fc2.values(), c * hidden.length, hidden.length);
    }
    for (int k = 0; k < hidden.length; k++) {
      if (hidden[k] <= 0) {
        hiddenGradient[k] = 0;
      }
    }
    fc1BiasGradients.add(0, 1, hiddenGradient);
    for (int i = 0; i < example.input().rows().length; i++) {
      fc1Gradients.add(example.input().rows()[i], example.input().weights()[i], hiddenGradient);
    }
  }

  /** The rows of the terms. */
  ParameterRows fc1() {
    return fc1;
  }

  /** The parameters that every document updates, with their number of rows in use. */
  Map<ParameterRows, Integer> dense() {
    Map<ParameterRows, Integer> dense = new LinkedHashMap<>();
    dense.put(fc1Bias, 1);
    dense.put(fc2, classes.size());
    dense.put(fc2Bias, classes.size());
    return dense;
  }

  /** All weights; of fc1 the rows in use. */
  ClassifierWeights weights(TermVocabulary vocabulary) {
    int hidden = config.hidden();
    float[] rows = new float[vocabulary.size() * hidden];
    int at = 0;
    for (int row = 0; row < vocabulary.limit(); row++) {
      if (vocabulary.isRowUsed(row)) {
        System.arraycopy(fc1.values(), row * hidden, rows, at, hidden);
        at += hidden;
      }
    }
    return new ClassifierWeights(
        vocabulary.terms(),
        classes(),
        rows,
        fc1Bias.values().clone(),
        Arrays.copyOf(fc2.values(), classes.size() * hidden),
        Arrays.copyOf(fc2Bias.values(), classes.size()));
  }

  /** Restores everything but the terms' rows from a model file. */
  void restoreDense(ClassifierWeights weights) {
    int hidden = config.hidden();
    fc1Bias.set(0, weights.fc1Bias());
    for (String label : weights.classes()) {
      int from = classes.size() * hidden;
      float[] row = Arrays.copyOfRange(weights.fc2(), from, from + hidden);
      addClass(label, row, weights.fc2Bias()[classes.size()]);
    }
  }
}
