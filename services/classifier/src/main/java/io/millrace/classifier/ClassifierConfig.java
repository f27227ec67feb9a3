package io.millrace.classifier;

import io.millrace.learning.classifier.ClassifierOptimizer;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of the classifier.
 *
 * @param loop how it is fed
 * @param model the hyper-parameters
 * @param seed of the first weights
 */
record ClassifierConfig(TrainerLoopConfig loop, OnlineClassifierConfig model, long seed) {

  static final String NAME = "classifier";

  private static final OnlineClassifierConfig DEFAULTS = OnlineClassifierConfig.defaults();
  private static final int BATCH_SIZE = 4;
  private static final int STEP_BATCHES = 128;
  private static final double OPTIMIZERS_OWN = 0;

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = TrainerLoopConfig.definition(NAME, BATCH_SIZE, STEP_BATCHES);
    var model = new ConfigDef();
    defineNetwork(model);
    defineLearning(model);
    ModelFingerprint.define(definition, model);
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
            "Units of the hidden layer. A version has four bytes for each unit and term.")
        .define(
            "classifier.vocabulary.capacity",
            Type.INT,
            DEFAULTS.vocabulary(),
            Range.between(
                OnlineClassifierConfig.MIN_VOCABULARY, OnlineClassifierConfig.MAX_VOCABULARY),
            Importance.HIGH,
            "The most terms that have weights at any time; those in the fewest documents are"
                + " evicted.")
        .define(
            "classifier.classes.max",
            Type.INT,
            DEFAULTS.classes(),
            Range.between(1, OnlineClassifierConfig.MAX_CLASSES),
            Importance.MEDIUM,
            "The most classes; examples of further ones are counted and not learned from.");
  }

  private static void defineLearning(ConfigDef definition) {
    definition
        .define(
            "classifier.optimizer",
            Type.STRING,
            DEFAULTS.optimizer().settingName(),
            ValidString.in(ClassifierOptimizer.names().toArray(String[]::new)),
            Importance.MEDIUM,
            "How a gradient moves the weights.")
        .define(
            "classifier.learning.rate",
            Type.DOUBLE,
            OPTIMIZERS_OWN,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate of the terms' weights; 0 takes what suits the optimizer.")
        .define(
            "classifier.dense.learning.rate",
            Type.DOUBLE,
            OPTIMIZERS_OWN,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate of the biases and the output layer, which every document moves; 0"
                + " takes what suits the optimizer.")
        .define(
            "classifier.seed", Type.LONG, 42L, Importance.LOW, "The seed of the first weights.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
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
        values.getLong("classifier.seed"));
  }

  private static double rate(double set, double own) {
    return set == OPTIMIZERS_OWN ? own : set;
  }

  /** Those that make another model of the same examples, by name without the service's. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("hidden", Integer.toString(model.hidden()));
    settings.put("vocabulary.capacity", Integer.toString(model.vocabulary()));
    settings.put("classes.max", Integer.toString(model.classes()));
    settings.put("optimizer", model.optimizer().settingName());
    settings.put("learning.rate", Double.toString(model.rate()));
    settings.put("dense.learning.rate", Double.toString(model.denseRate()));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}
