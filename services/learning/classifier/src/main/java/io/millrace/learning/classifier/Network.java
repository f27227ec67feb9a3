package io.millrace.learning.classifier;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The layers: fc1 with a row for each term, ReLU, fc2 with a row for each class. Learns by
 * cross-entropy, the mean over a batch, as PyTorch's {@code CrossEntropyLoss}. Not thread-safe.
 */
final class Network {

  /**
   * Of a term's first weights. Vectors have about unit length, so the hidden layer has this too.
   */
  private static final double FC1_BOUND = 0.05;

  private final ClassifierParameters config;
  private final long seed;
  private final double bound;
  private final Map<String, Integer> classes = new LinkedHashMap<>();
  private final Parameters fc1;
  private final Parameters fc1Bias;
  private final Parameters fc2;
  private final Parameters fc2Bias;
  private final RowGradients fc1Gradients;
  private final RowGradients fc1BiasGradients;
  private final RowGradients fc2Gradients;
  private final RowGradients fc2BiasGradients;

  /** Layers without terms and classes. */
  Network(ClassifierParameters config, long seed) {
    int hidden = config.hidden();
    Optimizer dense = config.optimizer().dense();
    this.config = config;
    this.seed = seed;
    this.bound = 1 / Math.sqrt(hidden);
    fc1 = new Parameters(hidden, config.vocabulary(), config.optimizer(), config.rate());
    fc1Bias = new Parameters(hidden, 1, dense, config.denseRate());
    fc2 = new Parameters(hidden, config.classes(), dense, config.denseRate());
    fc2Bias = new Parameters(1, config.classes(), dense, config.denseRate());
    fc1Gradients = new RowGradients(hidden);
    fc1BiasGradients = new RowGradients(hidden);
    fc2Gradients = new RowGradients(hidden);
    fc2BiasGradients = new RowGradients(1);
    fc1Bias.set(0, Seeds.scatter(seed, "fc1.bias", hidden, bound));
  }

  /** A document as the network sees it. */
  record Input(int[] rows, float[] weights) {}

  /** An example on its way through the network. */
  record Pass(Input input, int label, float[] hidden, float[] scores) {}

  List<String> classes() {
    return List.copyOf(classes.keySet());
  }

  /** The class of a label, new if need be; -1 if it would be one too many. */
  int classOf(String label) {
    Integer known = classes.get(label);
    if (known != null) {
      return known;
    }
    int number = classes.size();
    if (number == config.classes()) {
      return -1;
    }
    addClass(label, Seeds.scatter(seed, "fc2.weight " + label, config.hidden(), bound), 0);
    return number;
  }

  private void addClass(String label, float[] weights, float bias) {
    int number = classes.size();
    classes.put(label, number);
    fc2.set(number, weights);
    fc2Bias.set(number, new float[] {bias});
  }

  /** Gives a term a new row. */
  void addTerm(int row, String term) {
    fc1.set(row, Seeds.scatter(seed, "fc1.weight " + term, config.hidden(), FC1_BOUND));
  }

  /** A forward pass over all classes that are known now. */
  Pass forward(Input input, int label) {
    float[] hidden = fc1Bias.values().clone();
    for (int i = 0; i < input.rows().length; i++) {
      int at = input.rows()[i] * hidden.length;
      Layers.addScaled(hidden, input.weights()[i], fc1.values(), at, hidden.length);
    }
    Layers.relu(hidden);
    float[] scores = Layers.scores(hidden, fc2.values(), fc2Bias.values(), classes.size());
    return new Pass(input, label, hidden, scores);
  }

  /** Learns from the passes of a batch. */
  void learn(List<Pass> batch, long step) {
    for (Pass pass : batch) {
      backward(pass, 1f / batch.size());
    }
    descend(fc1Gradients, fc1, step);
    descend(fc1BiasGradients, fc1Bias, step);
    descend(fc2Gradients, fc2, step);
    descend(fc2BiasGradients, fc2Bias, step);
  }

  private static void descend(RowGradients gradients, Parameters parameters, long step) {
    parameters.begin(step);
    gradients.descend(parameters);
  }

  private void backward(Pass pass, float share) {
    float[] hidden = pass.hidden();
    float[] hiddenGradient = new float[hidden.length];
    double[] probabilities = Softmax.of(pass.scores());
    for (int c = 0; c < probabilities.length; c++) {
      float g = (float) (probabilities[c] - (c == pass.label() ? 1 : 0)) * share;
      fc2BiasGradients.add(c, g, new float[] {1});
      fc2Gradients.add(c, g, hidden);
      Layers.addScaled(hiddenGradient, g, fc2.values(), c * hidden.length, hidden.length);
    }
    for (int k = 0; k < hidden.length; k++) {
      if (hidden[k] <= 0) {
        hiddenGradient[k] = 0;
      }
    }
    fc1BiasGradients.add(0, 1, hiddenGradient);
    for (int i = 0; i < pass.input().rows().length; i++) {
      fc1Gradients.add(pass.input().rows()[i], pass.input().weights()[i], hiddenGradient);
    }
  }

  /** The rows of the terms. */
  Parameters fc1() {
    return fc1;
  }

  /** What every document moves, with the rows in use. */
  Map<Parameters, Integer> dense() {
    Map<Parameters, Integer> dense = new LinkedHashMap<>();
    dense.put(fc1Bias, 1);
    dense.put(fc2, classes.size());
    dense.put(fc2Bias, classes.size());
    return dense;
  }

  /** All weights, of the terms that have a row. */
  Weights weights(Vocabulary vocabulary) {
    int hidden = config.hidden();
    float[] rows = new float[vocabulary.size() * hidden];
    int at = 0;
    for (int row = 0; row < vocabulary.limit(); row++) {
      if (vocabulary.owned(row)) {
        System.arraycopy(fc1.values(), row * hidden, rows, at, hidden);
        at += hidden;
      }
    }
    return new Weights(
        vocabulary.terms(),
        classes(),
        rows,
        fc1Bias.values().clone(),
        Arrays.copyOf(fc2.values(), classes.size() * hidden),
        Arrays.copyOf(fc2Bias.values(), classes.size()));
  }

  /** Takes everything but the terms' rows from a model file. */
  void restoreDense(Weights weights) {
    int hidden = config.hidden();
    fc1Bias.set(0, weights.fc1Bias());
    for (String label : weights.classes()) {
      int from = classes.size() * hidden;
      float[] row = Arrays.copyOfRange(weights.fc2(), from, from + hidden);
      addClass(label, row, weights.fc2Bias()[classes.size()]);
    }
  }
}
