package io.millrace.vision;

import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.Optimizer;
import io.millrace.learning.vision.ReplayMemory;
import io.millrace.learning.vision.VisionConfig;
import io.millrace.runtime.EngineConfig;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
import io.millrace.runtime.TrainerLoopConfig;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of the vision.
 *
 * @param loop how it is fed
 * @param engine what computes
 * @param network the network and how it learns
 * @param preset the optimizer's name
 * @param replay what is learned from again
 * @param drift when the stream counts as changed, and what follows
 * @param seed of the first weights
 * @param maxPixels the most pixels of an image file that is decoded
 */
record VisionSettings(
    TrainerLoopConfig loop,
    EngineConfig engine,
    VisionConfig network,
    Preset preset,
    Replay replay,
    Drift.Response drift,
    long seed,
    long maxPixels) {

  static final String NAME = "vision";

  private static final VisionConfig DEFAULTS = VisionConfig.defaults();
  private static final String ANOTHER_MODEL = " Another value makes another model.";
  private static final int MAX_EXTENT = 1_024;

  /** A gigabyte at four bytes a pixel. */
  private static final int MAX_PIXELS = 1 << 28;

  /**
   * What is learned from again.
   *
   * @param capacity the most images kept for it
   * @param ratio images recalled for each new one, into the same gradient step
   * @param shift how many pixels a recalled image may be moved in each direction
   */
  record Replay(int capacity, int ratio, int shift) {

    /** The seed of what is kept and recalled, apart from that of the weights. */
    private static final long SEED = 0x7265706c6179L;

    ReplayMemory memory(ImageShape shape, long seed) {
      return new ReplayMemory(shape, capacity, seed ^ SEED);
    }

    ReplayMemory restore(ImageShape shape, long seed, Map<String, byte[]> blocks) {
      return ReplayMemory.restore(shape, capacity, seed ^ SEED, blocks);
    }
  }

  /** The optimizers of the source articles, with their learning rates. */
  enum Preset {
    ADAM(1e-3),
    SGD(0.01),
    MOMENTUM(0.01);

    private final double learningRate;

    Preset(double learningRate) {
      this.learningRate = learningRate;
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The optimizer; a learning rate of 0 stands for the preset's own. */
    private Optimizer optimizer(double givenRate, double momentum) {
      double rate = givenRate == 0 ? learningRate : givenRate;
      return switch (this) {
        case ADAM -> new Optimizer.Adam(rate);
        case SGD -> new Optimizer.Sgd(rate);
        case MOMENTUM -> new Optimizer.Momentum(rate, momentum);
      };
    }
  }

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = TrainerLoopConfig.definition(NAME, 16, 80);
    defineImages(definition);
    defineNetwork(definition);
    defineLearning(definition);
    defineReplay(definition);
    defineDrift(definition);
    return definition;
  }

  private static void defineImages(ConfigDef definition) {
    defineExtent(definition, "vision.width", DEFAULTS.shape().width(), "Columns");
    defineExtent(definition, "vision.height", DEFAULTS.shape().height(), "Rows");
    definition
        .define(
            "vision.channels",
            Type.INT,
            DEFAULTS.shape().channels(),
            LambdaValidator.with(VisionSettings::checkChannels, () -> "1 or 3"),
            Importance.HIGH,
            "1 for grey, 3 for colour; images are converted." + ANOTHER_MODEL)
        .define(
            "vision.max.pixels",
            Type.LONG,
            4_194_304L,
            Range.between(1, MAX_PIXELS),
            Importance.LOW,
            "The most pixels of an image file, width times height; larger ones are passed by."
                + ANOTHER_MODEL);
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
        what + " of the network's input; images of another extent are scaled." + ANOTHER_MODEL);
  }

  private static void defineNetwork(ConfigDef definition) {
    definition
        .define(
            "vision.padded",
            Type.BOOLEAN,
            DEFAULTS.padded(),
            Importance.MEDIUM,
            "Whether the convolutions pad by 1." + ANOTHER_MODEL)
        .define(
            "vision.hidden",
            Type.INT,
            DEFAULTS.hidden(),
            Range.between(1, 8_192),
            Importance.MEDIUM,
            "Units of the head's hidden layer." + ANOTHER_MODEL)
        .define(
            "vision.max.classes",
            Type.INT,
            DEFAULTS.maxClasses(),
            Range.between(1, 10_000),
            Importance.HIGH,
            "The most classes that are told apart, in the order in which they are first met; an"
                + " image of a further one teaches the decoder alone."
                + ANOTHER_MODEL);
  }

  private static void defineLearning(ConfigDef definition) {
    definition
        .define(
            "vision.optimizer",
            Type.STRING,
            Preset.ADAM.text(),
            ValidString.in(Preset.ADAM.text(), Preset.SGD.text(), Preset.MOMENTUM.text()),
            Importance.MEDIUM,
            "How weights follow their gradients: adam, sgd, or momentum (sgd with momentum)."
                + ANOTHER_MODEL)
        .define(
            "vision.learning.rate",
            Type.DOUBLE,
            0.0,
            Range.between(0, 10),
            Importance.MEDIUM,
            "The scale of a step; 0 for the optimizer's own: 0.001 for adam, 0.01 for the others."
                + ANOTHER_MODEL)
        .define(
            "vision.momentum",
            Type.DOUBLE,
            0.9,
            Range.between(0.001, 0.999),
            Importance.LOW,
            "The share of the last step that goes on, for the optimizer momentum." + ANOTHER_MODEL)
        .define(
            "vision.averaging",
            Type.DOUBLE,
            DEFAULTS.averaging(),
            Range.between(0, 0.9999),
            Importance.MEDIUM,
            "How much of the published weights stays from one step of the optimizer to the next:"
                + " they are a mean over some 1 / (1 - averaging) steps, steadier than the weights"
                + " that learn; 0 publishes those."
                + ANOTHER_MODEL);
    defineWeight(definition, "vision.head.weight", DEFAULTS.headWeight(), "cross-entropy");
    defineWeight(definition, "vision.decoder.weight", DEFAULTS.decoderWeight(), "squared error");
    definition.define(
        "vision.workers",
        Type.INT,
        DEFAULTS.workers(),
        Range.between(1, VisionConfig.MAX_WORKERS),
        Importance.MEDIUM,
        "Parts that a batch is cut into, which are computed side by side, each on a thread; their"
            + " gradients are added in a fixed order."
            + ANOTHER_MODEL);
    definition.define(
        "vision.seed",
        Type.LONG,
        42L,
        Importance.LOW,
        "The seed of the first weights." + ANOTHER_MODEL);
  }

  private static void defineReplay(ConfigDef definition) {
    definition
        .define(
            "vision.replay.capacity",
            Type.INT,
            10_000,
            Range.between(0, 10_000_000),
            Importance.HIGH,
            "The most images kept to be learned from again, shared evenly by the classes, each a"
                + " byte of the heap for every number of the network's input; 0 keeps none."
                + ANOTHER_MODEL)
        .define(
            "vision.replay.ratio",
            Type.INT,
            3,
            Range.between(0, 64),
            Importance.HIGH,
            "Kept images that are learned from again with each new one, in the same step of the"
                + " optimizer; 0 learns from new ones alone."
                + ANOTHER_MODEL)
        .define(
            "vision.replay.shift",
            Type.INT,
            2,
            Range.between(0, 64),
            Importance.MEDIUM,
            "How many pixels an image that is learned from again may be moved in each direction,"
                + " at random."
                + ANOTHER_MODEL);
  }

  private static void defineDrift(ConfigDef definition) {
    definition
        .define(
            "vision.drift.threshold",
            Type.DOUBLE,
            50.0,
            Range.between(0, 1_000_000),
            Importance.LOW,
            "Images answered wrongly before they were learned from, in excess of the mean so far,"
                + " at which the stream counts as changed; 0 looks for no change."
                + ANOTHER_MODEL)
        .define(
            "vision.drift.rate",
            Type.DOUBLE,
            2.0,
            Range.between(0.001, 1_000),
            Importance.LOW,
            "What the learning rate is multiplied with after a change of the stream; 1 leaves it."
                + ANOTHER_MODEL)
        .define(
            "vision.drift.images",
            Type.INT,
            2_000,
            Range.between(1, 1_000_000_000),
            Importance.LOW,
            "Labelled images after a change that are learned from at that rate." + ANOTHER_MODEL);
  }

  private static void defineWeight(ConfigDef definition, String name, double value, String loss) {
    definition.define(
        name,
        Type.DOUBLE,
        value,
        Range.between(0, 1_000_000),
        Importance.LOW,
        "The weight of the " + loss + " in the loss; 0 leaves it out." + ANOTHER_MODEL);
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static VisionSettings from(Settings settings) {
    AbstractConfig values = settings.read(definition());
    Preset preset = Preset.valueOf(values.getString("vision.optimizer").toUpperCase(Locale.ROOT));
    return new VisionSettings(
        TrainerLoopConfig.from(NAME, values),
        settings.common().engine(),
        network(values, preset),
        preset,
        new Replay(
            values.getInt("vision.replay.capacity"),
            values.getInt("vision.replay.ratio"),
            values.getInt("vision.replay.shift")),
        new Drift.Response(
            values.getDouble("vision.drift.threshold"),
            values.getDouble("vision.drift.rate"),
            values.getInt("vision.drift.images")),
        values.getLong("vision.seed"),
        values.getLong("vision.max.pixels"));
  }

  private static VisionConfig network(AbstractConfig values, Preset preset) {
    var shape =
        new ImageShape(
            values.getInt("vision.channels"),
            values.getInt("vision.height"),
            values.getInt("vision.width"));
    try {
      return new VisionConfig(
          shape,
          values.getBoolean("vision.padded"),
          values.getInt("vision.hidden"),
          values.getInt("vision.max.classes"),
          preset.optimizer(
              values.getDouble("vision.learning.rate"), values.getDouble("vision.momentum")),
          values.getDouble("vision.averaging"),
          values.getDouble("vision.head.weight"),
          values.getDouble("vision.decoder.weight"),
          values.getInt("vision.workers"));
    } catch (IllegalArgumentException e) {
      throw new SettingsException("vision: " + e.getMessage());
    }
  }

  /** Those that make another model of the same examples, by name without the service's. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("engine", engine.name());
    settings.put("width", Integer.toString(network.shape().width()));
    settings.put("height", Integer.toString(network.shape().height()));
    settings.put("channels", Integer.toString(network.shape().channels()));
    settings.put("padded", Boolean.toString(network.padded()));
    settings.put("hidden", Integer.toString(network.hidden()));
    settings.put("max.classes", Integer.toString(network.maxClasses()));
    settings.put("optimizer", preset.text());
    settings.put("learning.rate", Double.toString(network.optimizer().learningRate()));
    settings.put("momentum", Double.toString(momentum()));
    settings.put("replay.capacity", Integer.toString(replay.capacity()));
    settings.put("replay.ratio", Integer.toString(replay.ratio()));
    settings.put("replay.shift", Integer.toString(replay.shift()));
    settings.put("drift.threshold", Double.toString(drift.threshold()));
    settings.put("drift.rate", Double.toString(drift.rate()));
    settings.put("drift.images", Integer.toString(drift.images()));
    settings.put("workers", Integer.toString(network.workers()));
    settings.put("averaging", Double.toString(network.averaging()));
    settings.put("head.weight", Double.toString(network.headWeight()));
    settings.put("decoder.weight", Double.toString(network.decoderWeight()));
    settings.put("seed", Long.toString(seed));
    settings.put("max.pixels", Long.toString(maxPixels));
    return settings;
  }

  /** 0 for an optimizer that has none. */
  private double momentum() {
    return network.optimizer() instanceof Optimizer.Momentum(double _, double momentum)
        ? momentum
        : 0;
  }
}
