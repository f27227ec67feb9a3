package io.millrace.vision;

import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.RehearsalBudget;
import io.millrace.learning.vision.ReplayMemory;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.NetworkConfig;
import io.millrace.learning.vision.model.Optimizer;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * The settings of the vision service.
 *
 * @param loop settings that all trainers have
 * @param engine the library that computes the network, and the device
 * @param network the network and its optimizer
 * @param preset the optimizer's name
 * @param replay the replay memory
 * @param rehearsal how much it may learn again while the stream is quiet
 * @param drift when the stream has drifted, and what follows
 * @param seed of the first weights and of the replay memory
 * @param limit how large an image may be; not in the fingerprint
 */
record VisionConfig(
    TrainerLoopConfig loop,
    EngineConfig engine,
    NetworkConfig network,
    OptimizerPreset preset,
    Replay replay,
    RehearsalBudget.Limits rehearsal,
    DriftConfig drift,
    long seed,
    PixelLimit limit) {

  static final String NAME = "vision";

  /** Of an image in the replay memory, beside its pixels: the array's header, slot and class. */
  private static final int SLOT_BYTES = 64;

  /** Pixels of a batch that are on the heap at a time: decoded, put together, and scored. */
  private static final int BATCH_COPIES = 3;

  /**
   * The numbers of the network that are on the heap at a time: the weights and the optimizer's two
   * moments, each as tensors, as a file and in parts, of the step that is learned and of the one
   * that is being committed.
   */
  private static final int NETWORK_COPIES = 18;

  /**
   * Settings of the replay memory.
   *
   * @param capacity the most images stored
   * @param ratio images replayed for each new one, in the same optimizer update
   * @param shift the most pixels by which a replayed image is moved in each direction
   */
  record Replay(int capacity, int ratio, int shift) {

    /** Makes the seed of the replay memory another than that of the weights. */
    private static final long SEED = 0x7265706c6179L;

    ReplayMemory memory(ImageShape shape, long seed) {
      return new ReplayMemory(shape, capacity, seed ^ SEED);
    }

    ReplayMemory restore(ImageShape shape, long seed, Map<String, byte[]> blocks) {
      return ReplayMemory.restore(shape, capacity, seed ^ SEED, blocks);
    }
  }

  /** The optimizers of the source articles, with their learning rates. */
  enum OptimizerPreset {
    ADAM(1e-3),
    SGD(0.01),
    MOMENTUM(0.01);

    private final double learningRate;

    OptimizerPreset(double learningRate) {
      this.learningRate = learningRate;
    }

    /** Its name in settings. */
    String text() {
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

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static VisionConfig from(Settings settings) {
    AbstractConfig values = settings.read(VisionConfigDef.all());
    OptimizerPreset preset =
        OptimizerPreset.valueOf(values.getString("vision.optimizer").toUpperCase(Locale.ROOT));
    return new VisionConfig(
        TrainerLoopConfig.from(NAME, values),
        settings.common().engine(),
        network(values, preset),
        preset,
        new Replay(
            values.getInt("vision.replay.capacity"),
            values.getInt("vision.replay.ratio"),
            values.getInt("vision.replay.shift")),
        new RehearsalBudget.Limits(
            values.getInt("vision.rehearsal.passes"), values.getLong("vision.rehearsal.images")),
        new DriftConfig(
            DriftConfig.Detector.named(values.getString("vision.drift.detector")),
            values.getDouble("vision.drift.threshold"),
            values.getDouble("vision.drift.delta"),
            DriftConfig.Action.named(values.getString("vision.drift.action")),
            values.getDouble("vision.drift.rate"),
            values.getInt("vision.drift.images")),
        values.getLong("vision.seed"),
        new PixelLimit(settings.common().inputs().imagePixels(), InputLimits.IMAGE_PIXELS));
  }

  private static NetworkConfig network(AbstractConfig values, OptimizerPreset preset) {
    var shape =
        new ImageShape(
            values.getInt("vision.channels"),
            values.getInt("vision.height"),
            values.getInt("vision.width"));
    try {
      return new NetworkConfig(
          shape,
          values.getBoolean("vision.padded"),
          values.getInt("vision.hidden"),
          values.getInt("vision.classes.max"),
          preset.optimizer(
              values.getDouble("vision.learning.rate"), values.getDouble("vision.momentum")),
          values.getDouble("vision.ema.decay"),
          values.getDouble("vision.head.weight"),
          values.getDouble("vision.decoder.weight"),
          values.getInt("vision.workers"));
    } catch (IllegalArgumentException e) {
      throw new SettingsException("vision: " + e.getMessage());
    }
  }

  /** What may fill the heap: images that are kept or read ahead, and what a step sends. */
  List<HeapRequirement> heap() {
    long pixels = network.shape().size();
    long batch = loop.batchSize() * (1L + replay.ratio());
    return List.of(
        HeapRequirement.of("vision.replay.capacity", replay.capacity(), pixels + SLOT_BYTES),
        HeapRequirement.of(
            "vision.buffer.records", loop.bufferRecords(), pixels * Float.BYTES + SLOT_BYTES),
        HeapRequirement.of(
            "vision.batch.size",
            loop.batchSize(),
            batch / loop.batchSize() * pixels * BATCH_COPIES * Float.BYTES),
        HeapRequirement.of(
            InputLimits.IMAGE_PIXELS,
            limit.pixels(),
            (long) PixelLimit.DECODED_BYTES * loop.decodeThreads()),
        new HeapRequirement(
            "vision.hidden", network.hidden(), parameters() * NETWORK_COPIES * Float.BYTES));
  }

  private long parameters() {
    return network.architecture().parameters(network.maxClasses()).stream()
        .mapToLong(
            it -> it.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact))
        .sum();
  }

  /** The settings of which another value makes another model, by name without the prefix. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("engine", engine.name());
    settings.put("width", Integer.toString(network.shape().width()));
    settings.put("height", Integer.toString(network.shape().height()));
    settings.put("channels", Integer.toString(network.shape().channels()));
    settings.put("padded", Boolean.toString(network.padded()));
    settings.put("hidden", Integer.toString(network.hidden()));
    settings.put("classes.max", Integer.toString(network.maxClasses()));
    settings.put("optimizer", preset.text());
    settings.put("learning.rate", Double.toString(network.optimizer().learningRate()));
    settings.put("momentum", Double.toString(momentum()));
    settings.put("replay.capacity", Integer.toString(replay.capacity()));
    settings.put("replay.ratio", Integer.toString(replay.ratio()));
    settings.put("replay.shift", Integer.toString(replay.shift()));
    DriftConfig ofModel = drift.ofModel();
    settings.put("drift.detector", ofModel.detector().text());
    settings.put("drift.delta", Double.toString(ofModel.delta()));
    settings.put("drift.action", ofModel.action().text());
    settings.put("drift.threshold", Double.toString(ofModel.threshold()));
    settings.put("drift.rate", Double.toString(ofModel.rate()));
    settings.put("drift.images", Integer.toString(ofModel.examples()));
    settings.put("workers", Integer.toString(network.workers()));
    settings.put("ema.decay", Double.toString(network.emaDecay()));
    settings.put("head.weight", Double.toString(network.headWeight()));
    settings.put("decoder.weight", Double.toString(network.decoderWeight()));
    settings.put("seed", Long.toString(seed));
    return settings;
  }

  /** 0 for an optimizer without momentum. */
  private double momentum() {
    return network.optimizer() instanceof Optimizer.Momentum(double _, double momentum)
        ? momentum
        : 0;
  }
}
