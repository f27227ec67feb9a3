package io.millrace.classifier;

import io.millrace.learning.classifier.ClassifierOptimizer;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.RehearsalBudget;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The settings of the classifier service.
 *
 * @param loop the settings of the trainer's loop
 * @param model the hyper-parameters
 * @param seed the seed of the first weights
 * @param memoryCapacity the most documents that are kept to learn from again
 * @param rehearsal how much it may learn again while the stream is quiet
 * @param drift when the stream has drifted, and what follows
 * @param driftDecay the share by which AdaGrad's sums decay at an update while a drift is answered
 */
record ClassifierConfig(
    TrainerLoopConfig loop,
    OnlineClassifierConfig model,
    long seed,
    int memoryCapacity,
    RehearsalBudget.Limits rehearsal,
    DriftConfig drift,
    double driftDecay) {

  static final String NAME = "classifier";

  /** Stands for the rate of the optimizer. */
  static final double OPTIMIZER_DEFAULT = 0;

  static final double DEFAULT_DECAY = 0.1;

  /** A step may be longer than configured by up to 1/N of all examples before it; this is N. */
  private static final int GROWTH_SHARE = 16;

  /** The bytes of a version for each example that is learned from before the next one. */
  private static final int VERSION_BYTES = 4_096;

  /**
   * The weights that are on the heap at a time: with the optimizer's state, as a file and in parts,
   * of the step that is learned and of the one that is being committed.
   */
  private static final int WEIGHT_COPIES = 7;

  /** A term of the greatest length, its row, counts and entry in the table. */
  private static final int TERM_BYTES = 300;

  /** A document of the most terms that are kept, each as long as it may be then. */
  private static final int DOCUMENT_BYTES = 160_000;

  /** How much larger a document becomes when it is decoded: a small one is all array headers. */
  private static final int DECODED = 8;

  /**
   * Reads the settings.
   *
   * @throws SettingsException if a value is invalid
   */
  static ClassifierConfig from(Settings settings) {
    AbstractConfig values = settings.read(ClassifierConfigDef.all());
    ClassifierOptimizer optimizer =
        ClassifierOptimizer.named(values.getString("classifier.optimizer"));
    return new ClassifierConfig(
        TrainerLoopConfig.from(NAME, values),
        new OnlineClassifierConfig(
            values.getInt("classifier.hidden"),
            values.getInt("classifier.vocabulary.capacity"),
            values.getInt("classifier.classes.max"),
            optimizer,
            rate(values.getDouble("classifier.learning.rate"), optimizer.rate()),
            rate(values.getDouble("classifier.dense.learning.rate"), optimizer.denseRate())),
        values.getLong("classifier.seed"),
        values.getInt("classifier.memory.capacity"),
        new RehearsalBudget.Limits(
            values.getInt("classifier.rehearsal.passes"),
            values.getLong("classifier.rehearsal.documents")),
        new DriftConfig(
            DriftConfig.Detector.named(values.getString("classifier.drift.detector")),
            values.getDouble("classifier.drift.threshold"),
            values.getDouble("classifier.drift.delta"),
            DriftConfig.Action.named(values.getString("classifier.drift.action")),
            DriftConfig.DEFAULT_RATE,
            values.getInt("classifier.drift.documents")),
        values.getDouble("classifier.drift.decay"));
  }

  /**
   * The batches of the next step.
   *
   * @param configured the fewest
   * @param learned what was learned so far
   */
  int stepBatches(int configured, ClassifierStats learned) {
    long rows = (long) learned.vocabulary() + learned.classes();
    long bytes = rows * model.hidden() * Float.BYTES;
    long examples = Math.min(bytes / VERSION_BYTES, learned.examples() / GROWTH_SHARE);
    return (int) Math.max(configured, examples / loop.batchSize());
  }

  private static double rate(double set, double optimizerDefault) {
    return set == OPTIMIZER_DEFAULT ? optimizerDefault : set;
  }

  /** What may fill the heap: weights, terms, documents that are kept, and what is read ahead. */
  List<HeapRequirement> heap() {
    long term = (long) model.hidden() * Float.BYTES * WEIGHT_COPIES + TERM_BYTES;
    long unit = (long) model.hidden() * Float.BYTES * WEIGHT_COPIES;
    return List.of(
        HeapRequirement.of("classifier.vocabulary.capacity", model.vocabulary(), term),
        HeapRequirement.of("classifier.classes.max", model.classes(), unit),
        HeapRequirement.of("classifier.memory.capacity", memoryCapacity, DOCUMENT_BYTES),
        HeapRequirement.of("classifier.buffer.bytes", loop.bufferBytes(), DECODED));
  }

  /** The settings that make another model of the same examples, by name without the prefix. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("hidden", Integer.toString(model.hidden()));
    settings.put("vocabulary.capacity", Integer.toString(model.vocabulary()));
    settings.put("classes.max", Integer.toString(model.classes()));
    settings.put("optimizer", model.optimizer().settingName());
    settings.put("learning.rate", Double.toString(model.rate()));
    settings.put("dense.learning.rate", Double.toString(model.denseRate()));
    settings.put("seed", Long.toString(seed));
    settings.put("memory.capacity", Integer.toString(memoryCapacity));
    DriftConfig ofModel = drift.ofModel();
    settings.put("drift.detector", ofModel.detector().text());
    settings.put("drift.threshold", Double.toString(ofModel.threshold()));
    settings.put("drift.delta", Double.toString(ofModel.delta()));
    settings.put("drift.action", ofModel.action().text());
    settings.put("drift.documents", Integer.toString(ofModel.examples()));
    boolean decays = drift.action() == DriftConfig.Action.RAISE_LEARNING_RATE;
    settings.put("drift.decay", Double.toString(decays ? driftDecay : DEFAULT_DECAY));
    return settings;
  }
}
