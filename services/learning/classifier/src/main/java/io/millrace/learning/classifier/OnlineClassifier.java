package io.millrace.learning.classifier;

import io.millrace.learning.core.Softmax;
import io.millrace.learning.tensors.SafeTensors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A network of one hidden ReLU layer on sparse vectors, learned in one pass over a stream. Terms
 * and classes are added when they are first seen, within bounds ({@link TermVocabulary}). {@link
 * #learn} does the following with a batch of documents:
 *
 * <ol>
 *   <li>Labels seen for the first time become classes, until there are as many as configured.
 *   <li>Terms seen for the first time get a row of weights; if there is none free, the vocabulary
 *       evicts others. Terms that get no row are ignored.
 *   <li>Every document is predicted by the weights as they are (forward pass).
 *   <li>Its accuracy and cross-entropy are counted: the prequential figures. A prediction is
 *       correct only if it is one of the classes known before the batch.
 *   <li>Documents whose label would be one class too many are left out of what follows.
 *   <li>The gradients of the mean cross-entropy are summed by rows, in the order of the documents.
 *   <li>The optimizer updates every row that has a gradient, once.
 * </ol>
 *
 * <p>The model is a function of hyper-parameters, seed and the batches in their order: equal ones
 * give equal bytes on every machine. Learning continues from a model file and the named blocks of
 * {@link #takeChanges} as if it had never stopped. O(terms · hidden + hidden · classes) an example,
 * whatever the size of the vocabulary. Not thread-safe.
 *
 * {@snippet :
 * var classifier = new OnlineClassifier(OnlineClassifierConfig.defaults(), 42);
 * var terms = TermVector.of(List.of("cheap", "winner"), List.of(0.6, 0.8));
 * classifier.learn(List.of(new LabelledDocument(terms, "spam")));
 * float[] scores = classifier.predict(terms); // one for each of classes()
 * }
 */
public final class OnlineClassifier {

  private static final String SUMMARY = "summary";
  private static final int FORMAT = 1;
  private static final int SUMMARY_BYTES = Integer.BYTES + 8 * Long.BYTES;

  private final OnlineClassifierConfig config;
  private final long seed;
  private final ClassifierNetwork network;
  private final TermVocabulary vocabulary;
  private final CheckpointBlocks blocks;
  private long updates;
  private long examples;
  private long correct;
  private double loss;
  private long refused;

  /** A classifier that has learned nothing. */
  public OnlineClassifier(OnlineClassifierConfig config, long seed) {
    this.config = config;
    this.seed = seed;
    network = new ClassifierNetwork(config, seed);
    vocabulary = new TermVocabulary(config.vocabulary(), network::addTerm);
    blocks = new CheckpointBlocks(vocabulary, network);
  }

  /**
   * A classifier that has learned nothing, and goes on counting the examples of this one and how it
   * answered them.
   */
  public OnlineClassifier anew() {
    var anew = new OnlineClassifier(config, seed);
    anew.examples = examples;
    anew.correct = correct;
    anew.loss = loss;
    anew.refused = refused;
    return anew;
  }

  /** The classes in the order of the scores. */
  public List<String> classes() {
    return network.classes();
  }

  /** Whether a label is among the classes. */
  public boolean knows(String label) {
    return network.isClass(label);
  }

  /**
   * Predicts a document, as {@link ClassifierPredictor} does from a model file of this moment.
   *
   * @param document its terms, each once; unknown ones are ignored
   * @return the scores before the softmax, in the order of {@link #classes}
   */
  public float[] predict(TermVector document) {
    return network.forward(input(document, vocabulary::row), TermVocabulary.NONE).scores();
  }

  /**
   * Learns from a batch by one update of the optimizer.
   *
   * @return the scores of each example before the update, in the order of {@link #classes}; the
   *     classes that the batch added have scores too
   */
  public List<float[]> learn(List<LabelledDocument> batch) {
    int known = network.classCount();
    int[] labels = new int[batch.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = network.classIndex(batch.get(i).label());
    }
    long number = examples;
    List<float[]> scores = new ArrayList<>(labels.length);
    List<ClassifierNetwork.Activations> useful = new ArrayList<>(labels.length);
    for (int i = 0; i < labels.length; i++) {
      ClassifierNetwork.SparseInput input =
          input(batch.get(i).terms(), (terms, place) -> vocabulary.observe(terms, place, number));
      ClassifierNetwork.Activations pass = network.forward(input, labels[i]);
      scores.add(pass.scores());
      if (labels[i] >= 0) {
        useful.add(pass);
      }
    }
    useful.forEach(pass -> count(pass, known));
    examples += labels.length;
    refused += labels.length - useful.size();
    update(useful);
    return scores;
  }

  /**
   * Lets AdaGrad forget from now on: the sum of a row's squared gradients, by which its rate falls,
   * decays by a share at each update of the row, as that of the embedding does. So weights that a
   * long stream has frozen move again. Not part of the state: whoever restores a classifier sets it
   * again. {@code adam} does not freeze, and is left as it is.
   *
   * @param share in [0, 1); 0, as at first, forgets nothing
   */
  public void forget(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("share must be in [0, 1), was " + share);
    }
    network.decay(share);
  }

  private void update(List<ClassifierNetwork.Activations> passes) {
    if (!passes.isEmpty()) {
      updates++;
      network.learn(passes, updates);
    }
  }

  /**
   * Learns from documents again by one update of the optimizer. No statistics change, and no term
   * or class is added: documents of unknown classes and terms without a row are left out.
   */
  public void rehearse(List<LabelledDocument> batch) {
    List<ClassifierNetwork.Activations> passes = new ArrayList<>(batch.size());
    for (LabelledDocument document : batch) {
      if (network.isClass(document.label())) {
        passes.add(
            network.forward(
                input(document.terms(), vocabulary::revisit),
                network.classIndex(document.label())));
      }
    }
    update(passes);
  }

  /** Finds the row of a document's term. */
  private interface RowFinder {
    int row(TermVector document, int place);
  }

  /** The input of the network: terms without a row are left out. */
  private static ClassifierNetwork.SparseInput input(TermVector document, RowFinder finder) {
    int[] rows = new int[document.size()];
    float[] values = new float[rows.length];
    int n = 0;
    for (int place = 0; place < rows.length; place++) {
      int row = finder.row(document, place);
      if (row != TermVocabulary.NONE) {
        rows[n] = row;
        values[n] = (float) document.weight(place);
        n++;
      }
    }
    return n == rows.length
        ? new ClassifierNetwork.SparseInput(rows, values)
        : new ClassifierNetwork.SparseInput(Arrays.copyOf(rows, n), Arrays.copyOf(values, n));
  }

  /** Counts a prediction; one of a class that the batch itself added is never correct. */
  private void count(ClassifierNetwork.Activations pass, int known) {
    loss -= StrictMath.log(Math.max(pass.probabilities()[pass.label()], Double.MIN_NORMAL));
    if (Softmax.argMax(pass.scores(), 0, known) == pass.label()) {
      correct++;
    }
  }

  /** The statistics of the classifier's whole life. */
  public ClassifierStats statistics() {
    return new ClassifierStats(
        updates,
        examples,
        correct,
        loss,
        vocabulary.size(),
        network.classCount(),
        vocabulary.admitted(),
        vocabulary.evicted(),
        vocabulary.ignored(),
        refused);
  }

  /** The content of a model file. */
  public SafeTensors model() {
    return network.weights(vocabulary).toFile();
  }

  /**
   * Returns what changed since the last call in the state that the model file does not have: blocks
   * by name, each at most 512 KiB. The newest block of each name together are the whole state.
   */
  public SortedMap<String, byte[]> takeChanges() {
    SortedMap<String, byte[]> changes = blocks.takeChanges();
    changes.put(SUMMARY, summary());
    return changes;
  }

  private byte[] summary() {
    return ByteBuffer.allocate(SUMMARY_BYTES)
        .putInt(FORMAT)
        .putLong(updates)
        .putLong(examples)
        .putLong(correct)
        .putDouble(loss)
        .putLong(refused)
        .putLong(vocabulary.admitted())
        .putLong(vocabulary.evicted())
        .putLong(vocabulary.ignored())
        .array();
  }

  /**
   * Restores a classifier from a model file and the newest block of each name.
   *
   * @throws IllegalArgumentException if they are not the state of a classifier with this
   *     configuration
   */
  public static OnlineClassifier restore(
      OnlineClassifierConfig config, long seed, SafeTensors model, Map<String, byte[]> state) {
    byte[] summary = state.get(SUMMARY);
    if (summary == null || summary.length != SUMMARY_BYTES) {
      throw new IllegalArgumentException(
          "the checkpoint's block " + SUMMARY + " is missing or has another length");
    }
    ClassifierWeights weights = ClassifierWeights.of(model);
    requireEqual("hidden units", config.hidden(), weights.hidden());
    var restored = new OnlineClassifier(config, seed);
    restored.blocks.restore(CheckpointBlocks.of(state), weights);
    restored.readSummary(ByteBuffer.wrap(summary));
    return restored;
  }

  private void readSummary(ByteBuffer in) {
    requireEqual("format", FORMAT, in.getInt());
    updates = in.getLong();
    examples = in.getLong();
    correct = in.getLong();
    loss = in.getDouble();
    refused = in.getLong();
    vocabulary.restoreTotals(in.getLong(), in.getLong(), in.getLong());
  }

  private static void requireEqual(String what, int configured, int stored) {
    if (configured != stored) {
      throw new IllegalArgumentException(
          "the checkpoint has " + what + " " + stored + ", configured is " + configured);
    }
  }
}
