package io.millrace.vision;

import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.VariantSettings;
import io.millrace.runtime.training.TrainerLoopConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** Defines the settings of the vision service, with defaults and documentation. */
final class VisionConfigDef {

  private static final NetworkConfig DEFAULTS = NetworkConfig.defaults();
  private static final int MAX_EXTENT = 1_024;

  private VisionConfigDef() {}

  /** All of them. */
  static ConfigDef all() {
    ConfigDef definition = TrainerLoopConfig.definition(VisionConfig.NAME, 16, 80);
    var model = new ConfigDef();
    defineImages(model);
    defineNetwork(model);
    defineLearning(model);
    defineReplay(model);
    defineDrift(model);
    ModelFingerprint.define(definition, model);
    defineRehearsal(definition);
    TrainerLoopConfig.defineCheckpoints(definition, VisionConfig.NAME);
    VariantSettings.define(definition, VisionConfig.NAME);
    return definition;
  }

  private static void defineImages(ConfigDef definition) {
    defineExtent(definition, "vision.width", DEFAULTS.shape().width(), "Columns");
    defineExtent(definition, "vision.height", DEFAULTS.shape().height(), "Rows");
    definition.define(
        "vision.channels",
        Type.INT,
        DEFAULTS.shape().channels(),
        LambdaValidator.with(VisionConfigDef::checkChannels, () -> "1 or 3"),
        Importance.HIGH,
        "1 for grey, 3 for colour; images are converted.");
  }

  private static void checkChannels(String name, Object value) {
    if (!value.equals(1) && !value.equals(3)) {
      throw new ConfigException(name, value, "must be 1 or 3");
    }
  }

  private static void defineExtent(
      ConfigDef definition, String name, int defaultValue, String what) {
    definition.define(
        name,
        Type.INT,
        defaultValue,
        Range.between(10, MAX_EXTENT),
        Importance.HIGH,
        what + " of the network's input; images of another size are resized.");
  }

  private static void defineNetwork(ConfigDef definition) {
    definition
        .define(
            "vision.padded",
            Type.BOOLEAN,
            DEFAULTS.padded(),
            Importance.MEDIUM,
            "Whether the convolutions pad by 1.")
        .define(
            "vision.hidden",
            Type.INT,
            DEFAULTS.hidden(),
            Range.between(1, 8_192),
            Importance.MEDIUM,
            "Units of the head's hidden layer.")
        .define(
            "vision.classes.max",
            Type.INT,
            DEFAULTS.maxClasses(),
            Range.between(1, 10_000),
            Importance.HIGH,
            "The most classes that the network distinguishes, in the order in which they first"
                + " occur. An image of a further class trains the decoder alone.");
  }

  private static void defineLearning(ConfigDef definition) {
    definition
        .define(
            "vision.optimizer",
            Type.STRING,
            VisionConfig.OptimizerPreset.ADAM.text(),
            ValidString.in(
                VisionConfig.OptimizerPreset.ADAM.text(),
                VisionConfig.OptimizerPreset.SGD.text(),
                VisionConfig.OptimizerPreset.MOMENTUM.text()),
            Importance.MEDIUM,
            "The optimizer: adam, sgd, or momentum (sgd with momentum).")
        .define(
            "vision.learning.rate",
            Type.DOUBLE,
            0.0,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The learning rate; 0 for the optimizer's default: 0.001 for adam, 0.01 for the"
                + " others.")
        .define(
            "vision.momentum",
            Type.DOUBLE,
            0.9,
            Range.between(0.001, 0.999),
            Importance.LOW,
            "The share of the last update that is added to the next one, for the optimizer"
                + " momentum.")
        .define(
            "vision.ema.decay",
            Type.DOUBLE,
            DEFAULTS.emaDecay(),
            Range.between(0, 0.9999),
            Importance.MEDIUM,
            "The decay of the exponential moving average of the weights, which is what a"
                + " version publishes: an average over about 1 / (1 - decay) optimizer updates,"
                + " steadier than the weights themselves. 0 publishes the weights themselves.");
    defineWeight(definition, "vision.head.weight", DEFAULTS.headWeight(), "cross-entropy");
    defineWeight(definition, "vision.decoder.weight", DEFAULTS.decoderWeight(), "squared error");
    definition.define(
        "vision.workers",
        Type.INT,
        DEFAULTS.workers(),
        Range.between(1, NetworkConfig.MAX_WORKERS),
        Importance.MEDIUM,
        "The parts into which a batch is split, each computed on a thread of its own;"
            + " their gradients are added in the order of the parts.");
    definition.define(
        "vision.seed",
        Type.LONG,
        42L,
        Importance.LOW,
        "The seed of the first weights and of the replay memory.");
  }

  private static void defineReplay(ConfigDef definition) {
    definition
        .define(
            "vision.replay.capacity",
            Type.INT,
            10_000,
            Range.between(0, 10_000_000),
            Importance.HIGH,
            "The most images in the replay memory, shared evenly by the classes; each takes a"
                + " byte of the heap for every number of the network's input. 0 keeps none.")
        .define(
            "vision.replay.ratio",
            Type.INT,
            3,
            Range.between(0, 64),
            Importance.HIGH,
            "Images of the replay memory that are learned from with each new one, in the same"
                + " optimizer update; 0 learns from new ones alone.")
        .define(
            "vision.replay.shift",
            Type.INT,
            2,
            Range.between(0, 64),
            Importance.MEDIUM,
            "The most pixels by which a replayed image is moved in each direction, at random.");
  }

  private static void defineRehearsal(ConfigDef definition) {
    definition
        .define(
            "vision.rehearsal.passes",
            Type.INT,
            256,
            Range.between(0, 1_000_000),
            Importance.MEDIUM,
            "How many times an image may be learned from again, on average, while the stream is"
                + " quiet: images of the replay memory are drawn for it. 0 turns it off.")
        .define(
            "vision.rehearsal.images",
            Type.LONG,
            256_000L,
            Range.between(0, Long.MAX_VALUE),
            Importance.MEDIUM,
            "The most images that are learned from again, each time counted, after the stream has"
                + " become quiet.");
  }

  private static void defineDrift(ConfigDef definition) {
    definition
        .define(
            "vision.drift.detector",
            Type.STRING,
            DriftConfig.Detector.PAGE_HINKLEY.text(),
            ValidString.in(DriftConfig.Detector.names().toArray(String[]::new)),
            Importance.LOW,
            "What finds drifts in the errors made before learning: page-hinkley, or adwin.")
        .define(
            "vision.drift.threshold",
            Type.DOUBLE,
            DriftConfig.DEFAULT_THRESHOLD,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "For page-hinkley: the errors in excess of the mean so far at which the stream has"
                + " drifted, in standard deviations of a single error. 0 looks for no drift, with"
                + " either detector.")
        .define(
            "vision.drift.delta",
            Type.DOUBLE,
            DriftConfig.DEFAULT_DELTA,
            Range.between(1e-12, 0.5),
            Importance.LOW,
            "For adwin: the chance of a false alarm at each of its checks.")
        .define(
            "vision.drift.action",
            Type.STRING,
            DriftConfig.Action.RAISE_LEARNING_RATE.text(),
            ValidString.in(DriftConfig.Action.names().toArray(String[]::new)),
            Importance.MEDIUM,
            "What a drift does: report; raise-learning-rate, which reports it too; or begin-anew,"
                + " which reports it and learns from new weights and an empty memory from then on:"
                + " for a variant that challenges the model that goes on.")
        .define(
            "vision.drift.rate",
            Type.DOUBLE,
            DriftConfig.DEFAULT_RATE,
            Range.between(0.001, 1_000),
            Importance.LOW,
            "What raise-learning-rate multiplies the learning rate by.")
        .define(
            "vision.drift.images",
            Type.INT,
            DriftConfig.DEFAULT_EXAMPLES,
            Range.between(1, 1_000_000_000),
            Importance.LOW,
            "Labelled images after a drift that are learned from at that rate. Another alarm during"
                + " them belongs to the same drift.");
  }

  private static void defineWeight(ConfigDef definition, String name, double value, String loss) {
    definition.define(
        name,
        Type.DOUBLE,
        value,
        Range.between(0, 1_000_000),
        Importance.LOW,
        "The weight of the " + loss + " in the loss; 0 leaves it out.");
  }
}
