package io.millrace.classifier;

import io.millrace.learning.classifier.ClassifierOptimizer;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.RehearsalBudget;
import io.millrace.runtime.settings.HeapNeed;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of the classifier service.
 *
 * @param loop the settings of the trainer's loop
 * @param model the hyper-parameters
 * @param seed the seed of the first weights
 * @param memoryCapacity the most documents that are kept to learn from again
 * @param rehearsal how much it may learn again while the stream is quiet
 */
record ClassifierConfig(
    TrainerLoopConfig loop,
    OnlineClassifierConfig model,
    long seed,
    int memoryCapacity,
    RehearsalBudget.Limits rehearsal) {

  static final String NAME = "classifier";

  private static final OnlineClassifierConfig DEFAULTS = OnlineClassifierConfig.defaults();
  private static final int BATCH_SIZE = 4;
  private static final int STEP_BATCHES = 128;
  private static final double OPTIMIZER_DEFAULT = 0;

  /** A step may be longer than configured by up to one part in so many of all examples before. */
  private static final int GROWTH_SHARE = 16;

  /** The bytes of a version for each example that is learned from before the next one. */
  private static final int VERSION_BYTES = 4_096;

  private static final String STEP_GROWTH =
      " Where versions are large, a step has more: an example for every 4 KiB of a version, but at"
          + " most a sixteenth of the examples that were learned from before.";

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

  private static final int BUFFER_BYTES = 8_388_608;

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition =
        TrainerLoopConfig.definition(NAME, BATCH_SIZE, STEP_BATCHES, BUFFER_BYTES, STEP_GROWTH);
    var model = new ConfigDef();
    defineNetwork(model);
    defineLearning(model);
    defineMemory(model);
    ModelFingerprint.define(definition, model);
    defineRehearsal(definition);
    return definition;
  }

  private static void defineNetwork(ConfigDef definition) {
    definition
        .define(
            "classifier.hidden",
            Type.INT,
            DEFAULTS.hidden(),
            Range.between(1, OnlineClassifierConfig.MAX_HIDDEN),
            Importance.HIGH,
            "The number of units of the hidden layer. A model has four bytes for each unit and"
                + " term.")
        .define(
            "classifier.vocabulary.capacity",
            Type.INT,
            DEFAULTS.vocabulary(),
            Range.between(
                OnlineClassifierConfig.MIN_VOCABULARY, OnlineClassifierConfig.MAX_VOCABULARY),
            Importance.HIGH,
            "The most terms that have weights at any time; when it is full, the terms of the"
                + " fewest documents are evicted.")
        .define(
            "classifier.classes.max",
            Type.INT,
            DEFAULTS.classes(),
            Range.between(1, OnlineClassifierConfig.MAX_CLASSES),
            Importance.MEDIUM,
            "The most classes; examples of further classes are counted, but not learned from.");
  }

  private static void defineLearning(ConfigDef definition) {
    definition
        .define(
            "classifier.optimizer",
            Type.STRING,
            DEFAULTS.optimizer().settingName(),
            ValidString.in(ClassifierOptimizer.names().toArray(String[]::new)),
            Importance.MEDIUM,
            "The rule by which gradients update the weights.")
        .define(
            "classifier.learning.rate",
            Type.DOUBLE,
            OPTIMIZER_DEFAULT,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate of the terms' weights; 0 stands for the optimizer's default.")
        .define(
            "classifier.dense.learning.rate",
            Type.DOUBLE,
            OPTIMIZER_DEFAULT,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate of the biases and the output layer, which every document updates;"
                + " 0 stands for the optimizer's default.")
        .define(
            "classifier.seed", Type.LONG, 42L, Importance.LOW, "The seed of the first weights.");
  }

  private static void defineMemory(ConfigDef definition) {
    definition.define(
        "classifier.memory.capacity",
        Type.INT,
        1_000,
        Range.between(0, 1_000_000),
        Importance.MEDIUM,
        "The most documents that are kept to learn from again, shared evenly by the classes;"
            + " those of more than 1,000 terms are not kept. 0 keeps none.");
  }

  private static void defineRehearsal(ConfigDef definition) {
    definition
        .define(
            "classifier.rehearsal.passes",
            Type.INT,
            50,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "How many times a document may be learned from again, on average, while the stream is"
                + " quiet: documents of the memory are drawn for it. 0 turns it off.")
        .define(
            "classifier.rehearsal.documents",
            Type.LONG,
            20_000L,
            Range.between(0, Long.MAX_VALUE),
            Importance.MEDIUM,
            "The most documents that are learned from again, each time counted, after the stream"
                + " has become quiet.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if a value is invalid
   */
  static ClassifierConfig from(Settings settings) {
    AbstractConfig values = settings.read(definition());
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
            values.getLong("classifier.rehearsal.documents")));
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
  List<HeapNeed> heap() {
    long term = (long) model.hidden() * Float.BYTES * WEIGHT_COPIES + TERM_BYTES;
    long unit = (long) model.hidden() * Float.BYTES * WEIGHT_COPIES;
    return List.of(
        HeapNeed.of("classifier.vocabulary.capacity", model.vocabulary(), term),
        HeapNeed.of("classifier.classes.max", model.classes(), unit),
        HeapNeed.of("classifier.memory.capacity", memoryCapacity, DOCUMENT_BYTES),
        HeapNeed.of("classifier.buffer.bytes", loop.bufferBytes(), DECODED));
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
    return settings;
  }
}
