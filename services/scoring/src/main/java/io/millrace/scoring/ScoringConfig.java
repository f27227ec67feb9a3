package io.millrace.scoring;

import io.millrace.runtime.BatchLoopConfig;
import io.millrace.runtime.EngineConfig;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
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
 * @param reconstructions whether the reconstruction of every image is sent
 * @param topClasses the most classes of a prediction
 * @param engine what computes networks
 * @param visionBatchSize the most images that the network answers at a time
 * @param decodeThreads threads that decode and encode image files
 * @param maxPixels the most pixels of an image, width times height
 */
record ScoringConfig(
    BatchLoopConfig loop,
    boolean images,
    boolean documents,
    boolean reconstructions,
    int topClasses,
    EngineConfig engine,
    int visionBatchSize,
    int decodeThreads,
    long maxPixels) {

  static final String NAME = "scoring";

  private static final String IMAGES = "scoring.images";
  private static final String DOCUMENTS = "scoring.documents";
  private static final String RECONSTRUCTIONS = "scoring.reconstructions";
  private static final String TOP_CLASSES = "scoring.top.classes";
  private static final String VISION_BATCH_SIZE = "scoring.vision.batch.size";
  private static final String DECODE_THREADS = "scoring.decode.threads";
  private static final String MAX_PIXELS = "scoring.max.pixels";

  ScoringConfig {
    if (!images && !documents) {
      throw new IllegalArgumentException(
          IMAGES + " and " + DOCUMENTS + " must not both be false: nothing would be answered");
    }
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
            128,
            Range.between(1, 10_000),
            Importance.LOW,
            "The most images that the network answers at a time; it bounds memory off the heap.")
        .define(
            DECODE_THREADS,
            Type.INT,
            2,
            Range.between(1, 64),
            Importance.LOW,
            "Threads that decode and encode image files.")
        .define(
            MAX_PIXELS,
            Type.LONG,
            16_777_216L,
            Range.between(1, 1L << 28),
            Importance.MEDIUM,
            "The most pixels of an image, width times height; larger ones are not decoded but sent"
                + " to dead-letters.");
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
          values.getBoolean(RECONSTRUCTIONS),
          values.getInt(TOP_CLASSES),
          settings.common().engine(),
          values.getInt(VISION_BATCH_SIZE),
          values.getInt(DECODE_THREADS),
          values.getLong(MAX_PIXELS));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
