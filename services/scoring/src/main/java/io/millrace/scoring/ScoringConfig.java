package io.millrace.scoring;

import io.millrace.runtime.batch.BatchLoopConfig;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the scoring.
 *
 * @param loop how it is fed
 * @param images whether images are answered
 * @param documents whether document vectors are answered
 * @param predictions whether predictions are sent; without, documents are not answered
 * @param reconstructions whether the reconstruction of every image is sent
 * @param topClasses the most classes of a prediction
 * @param engine what computes networks
 * @param visionBatchSize the most images that the network answers at a time
 * @param threads that answer images
 * @param maxPixels the most pixels of an image, width times height
 * @param anomalyWindow the reconstruction errors among which one is ranked
 */
record ScoringConfig(
    BatchLoopConfig loop,
    boolean images,
    boolean documents,
    boolean predictions,
    boolean reconstructions,
    int topClasses,
    EngineConfig engine,
    int visionBatchSize,
    int threads,
    long maxPixels,
    int anomalyWindow) {

  static final String NAME = "scoring";

  private static final String IMAGES = "scoring.images";
  private static final String DOCUMENTS = "scoring.documents";
  private static final String PREDICTIONS = "scoring.predictions";
  private static final String RECONSTRUCTIONS = "scoring.reconstructions";
  private static final String TOP_CLASSES = "scoring.top.classes";
  private static final String VISION_BATCH_SIZE = "scoring.vision.batch.size";
  private static final String THREADS = "scoring.threads";
  private static final String MAX_PIXELS = "scoring.max.pixels";
  private static final String ANOMALY_WINDOW = "scoring.anomaly.window";

  ScoringConfig {
    if (!images && !documents) {
      throw new IllegalArgumentException(
          IMAGES + " and " + DOCUMENTS + " must not both be false: nothing would be answered");
    }
    if (!predictions && !(images && reconstructions)) {
      throw new IllegalArgumentException(
          PREDICTIONS + " must be true unless images are answered by reconstructions");
    }
    documents &= predictions;
  }

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = BatchLoopConfig.definition(NAME);
    defineAnswers(definition);
    defineWork(definition);
    return definition;
  }

  private static void defineAnswers(ConfigDef definition) {
    definition
        .define(
            IMAGES,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether images are answered. Without, no library for networks is needed, and images"
                + " that cannot be used are reported by nobody here.")
        .define(
            DOCUMENTS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether document vectors are answered.")
        .define(
            PREDICTIONS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether predictions are sent. Without, documents are not read, and images are answered"
                + " by their reconstructions alone.")
        .define(
            RECONSTRUCTIONS,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether every image is sent as the network sees it; its error is told either way.")
        .define(
            TOP_CLASSES,
            Type.INT,
            20,
            Range.between(1, 1_000),
            Importance.MEDIUM,
            "The most classes of a prediction, best first. The evaluation takes a label that is not"
                + " among them for one of probability 1e-12.");
  }

  private static void defineWork(ConfigDef definition) {
    definition
        .define(
            VISION_BATCH_SIZE,
            Type.INT,
            64,
            Range.between(1, 10_000),
            Importance.LOW,
            "The most images that a network answers at a time; it bounds memory off the heap.")
        .define(
            THREADS,
            Type.INT,
            2,
            Range.between(1, 64),
            Importance.MEDIUM,
            "Threads that answer images, each with a network of its own; one for each core is"
                + " best.")
        .define(
            MAX_PIXELS,
            Type.LONG,
            16_777_216L,
            Range.between(1, 1L << 28),
            Importance.MEDIUM,
            "The most pixels of an image, width times height; larger ones are not decoded but sent"
                + " to dead-letters.")
        .define(
            ANOMALY_WINDOW,
            Type.INT,
            10_000,
            Range.between(2, 100_000_000),
            Importance.LOW,
            "The last reconstruction errors among which an image's own is ranked, its anomaly; half"
                + " as many are needed for a first rank, counted from the start of the process.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static ScoringConfig from(Settings settings) {
    AbstractConfig values = settings.read(definition());
    try {
      return new ScoringConfig(
          BatchLoopConfig.from(NAME, values),
          values.getBoolean(IMAGES),
          values.getBoolean(DOCUMENTS),
          values.getBoolean(PREDICTIONS),
          values.getBoolean(RECONSTRUCTIONS),
          values.getInt(TOP_CLASSES),
          settings.common().engine(),
          values.getInt(VISION_BATCH_SIZE),
          values.getInt(THREADS),
          values.getLong(MAX_PIXELS),
          values.getInt(ANOMALY_WINDOW));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
