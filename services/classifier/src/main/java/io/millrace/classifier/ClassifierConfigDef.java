package io.millrace.classifier;

import io.millrace.learning.classifier.ClassifierOptimizer;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.core.DriftConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.VariantSettings;
import io.millrace.runtime.training.TrainerLoopConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** Defines the settings of the classifier service, with defaults and documentation. */
final class ClassifierConfigDef {

  private static final OnlineClassifierConfig DEFAULTS = OnlineClassifierConfig.defaults();
  private static final int BATCH_SIZE = 4;
  private static final int STEP_BATCHES = 128;
  private static final int BUFFER_BYTES = 8_388_608;

  private static final String STEP_GROWTH =
      " Where versions are large, a step has more: an example for every 4 KiB of a version, but at"
          + " most a sixteenth of the examples that were learned from before.";

  private ClassifierConfigDef() {}

  /** All of them. */
  static ConfigDef all() {
    ConfigDef definition =
        TrainerLoopConfig.definition(
            ClassifierConfig.NAME, BATCH_SIZE, STEP_BATCHES, BUFFER_BYTES, STEP_GROWTH);
    var model = new ConfigDef();
    defineNetwork(model);
    defineLearning(model);
    defineMemory(model);
    defineDrift(model);
    ModelFingerprint.define(definition, model);
    defineRehearsal(definition);
    TrainerLoopConfig.defineCheckpoints(definition, ClassifierConfig.NAME);
    VariantSettings.define(definition, ClassifierConfig.NAME);
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
            ClassifierConfig.OPTIMIZER_DEFAULT,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate of the terms' weights; 0 stands for the optimizer's default.")
        .define(
            "classifier.dense.learning.rate",
            Type.DOUBLE,
            ClassifierConfig.OPTIMIZER_DEFAULT,
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

  private static void defineDrift(ConfigDef definition) {
    definition
        .define(
            "classifier.drift.detector",
            Type.STRING,
            DriftConfig.Detector.PAGE_HINKLEY.text(),
            ValidString.in(DriftConfig.Detector.names().toArray(String[]::new)),
            Importance.LOW,
            "What finds drifts in the errors made before learning: page-hinkley, or adwin.")
        .define(
            "classifier.drift.threshold",
            Type.DOUBLE,
            DriftConfig.DEFAULT_THRESHOLD,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "For page-hinkley: the errors in excess of the mean so far at which the stream has"
                + " drifted, in standard deviations of a single error. 0 looks for no drift, with"
                + " either detector.")
        .define(
            "classifier.drift.delta",
            Type.DOUBLE,
            DriftConfig.DEFAULT_DELTA,
            Range.between(1e-12, 0.5),
            Importance.LOW,
            "For adwin: the chance of a false alarm at each of its checks.")
        .define(
            "classifier.drift.action",
            Type.STRING,
            DriftConfig.Action.REPORT.text(),
            ValidString.in(DriftConfig.Action.names().toArray(String[]::new)),
            Importance.MEDIUM,
            "What a drift does: report; raise-learning-rate, which reports it too and lets"
                + " AdaGrad forget for a while, so that weights which a long stream has frozen"
                + " learn as at first (adam does not freeze; with it a drift is reported only); or"
                + " begin-anew, which reports it and learns from new weights and an empty memory"
                + " from then on: for a variant that challenges the model that goes on.")
        .define(
            "classifier.drift.decay",
            Type.DOUBLE,
            ClassifierConfig.DEFAULT_DECAY,
            Range.between(0.001, 0.9),
            Importance.LOW,
            "For raise-learning-rate: the share by which the sum of a row's squared gradients, by"
                + " which its learning rate falls, decays at each update of the row.")
        .define(
            "classifier.drift.documents",
            Type.INT,
            DriftConfig.DEFAULT_EXAMPLES,
            Range.between(1, 1_000_000_000),
            Importance.LOW,
            "Examples after a drift during which raise-learning-rate lasts. Another alarm during"
                + " them belongs to the same drift.");
  }
}
