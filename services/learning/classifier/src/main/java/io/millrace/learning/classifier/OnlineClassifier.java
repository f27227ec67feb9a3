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
 * A network of one hidden ReLU layer on sparse vectors, learned in one pass over a stream: terms
 * and classes appear as they are met, within bounds ({@link TermVocabulary}). Every example is
 * answered before it is learned from.
 *
 * <p>A function of hyper-parameters, seed and the batches in their order: equal ones give equal
 * bytes on every machine. Learning continues from a model file and the named blocks of {@link
 * #takeChanges} as if it had never stopped. O(terms · hidden + hidden · classes) an example,
 * whatever the size of the vocabulary. Not thread-safe.
 */
public final class OnlineClassifier {

  private static final String SUMMARY = "summary";
  private static final int FORMAT = 1;
  private static final int SUMMARY_BYTES = Integer.BYTES + 8 * Long.BYTES;

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
    network = new ClassifierNetwork(config, seed);
    vocabulary = new TermVocabulary(config.vocabulary(), network::addTerm);
    blocks = new CheckpointBlocks(vocabulary, network);
  }

  /** The classes in the order of the scores. */
  public List<String> classes() {
    return network.classes();
  }

  /**
   * Answers a document as {@link ClassifierPredictor} would by the model as it is now.
   *
   * @param terms each once; unknown ones count for nothing
   * @param weights the weight of each term
   * @return the scores before the softmax, in the order of {@link #classes}
   */
  public float[] predict(List<String> terms, List<Double> weights) {
    int[] rows = terms.stream().mapToInt(vocabulary::row).toArray();
    return network.forward(input(rows, weights), TermVocabulary.NONE).scores();
  }

  /**
   * Learns from a batch in one step.
   *
   * @return for each example the scores before the step, in the order of {@link #classes}; the
   *     classes that the batch brought have theirs too
   */
  public List<float[]> learn(List<LabelledDocument> batch) {
    int known = network.classes().size();
    int[] labels =
        batch.stream().mapToInt(example -> network.classIndex(example.label())).toArray();
    List<ClassifierNetwork.Activations> passes = new ArrayList<>(batch.size());
    for (int i = 0; i < labels.length; i++) {
      passes.add(network.forward(observe(batch.get(i)), labels[i]));
    }
    passes.forEach(pass -> count(pass, known));
    List<ClassifierNetwork.Activations> useful =
        passes.stream().filter(pass -> pass.label() >= 0).toList();
    if (!useful.isEmpty()) {
      updates++;
      network.learn(useful, updates);
    }
    return passes.stream().map(ClassifierNetwork.Activations::scores).toList();
  }

  private ClassifierNetwork.SparseInput observe(LabelledDocument example) {
    int[] rows =
        example.terms().stream().mapToInt(term -> vocabulary.observe(term, examples)).toArray();
    return input(rows, example.weights());
  }

  /** Leaves out the terms without a row. */
  private static ClassifierNetwork.SparseInput input(int[] rows, List<Double> weights) {
    int[] present = new int[rows.length];
    float[] values = new float[rows.length];
    int n = 0;
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != TermVocabulary.NONE) {
        present[n] = rows[i];
        values[n] = weights.get(i).floatValue();
        n++;
      }
    }
    return new ClassifierNetwork.SparseInput(Arrays.copyOf(present, n), Arrays.copyOf(values, n));
  }

  /** A class that the batch brought was not known when the example came: never a right answer. */
  private void count(ClassifierNetwork.Activations pass, int known) {
    examples++;
    if (pass.label() < 0) {
      refused++;
      return;
    }
    loss -= StrictMath.log(Math.max(Softmax.of(pass.scores())[pass.label()], Double.MIN_NORMAL));
    if (Softmax.argMax(pass.scores(), 0, known) == pass.label()) {
      correct++;
    }
  }

  /** Figures over all that was learned. */
  public ClassifierStats statistics() {
    return new ClassifierStats(
        updates,
        examples,
        correct,
        loss,
        vocabulary.size(),
        network.classes().size(),
        vocabulary.admitted(),
        vocabulary.evicted(),
        vocabulary.ignored(),
        refused);
  }

  /** The model file's content. */
  public SafeTensors model() {
    return network.weights(vocabulary).toFile();
  }

  /**
   * What changed since the last call of the state that the model file does not hold: blocks by
   * name, each at most 512 KiB. The newest of each name together are the whole.
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
   * Continues from a model file and the newest blocks of each name.
   *
   * @throws IllegalArgumentException if they are not the state of such a classifier
   */
  public static OnlineClassifier restore(
      OnlineClassifierConfig config, long seed, SafeTensors model, Map<String, byte[]> state) {
    byte[] summary = state.get(SUMMARY);
    if (summary == null || summary.length != SUMMARY_BYTES) {
      throw new IllegalArgumentException("the state has no block " + SUMMARY + " that can be read");
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
          "the state's " + what + ": " + stored + ", configured: " + configured);
    }
  }
}
