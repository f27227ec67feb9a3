package io.millrace.embedding;

import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.ModelFingerprint;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.settings.VariantSettings;
import io.millrace.runtime.training.TrainerLoopConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of the embedding service.
 *
 * @param loop the settings of the trainer's loop
 * @param analysis how text is analyzed into words
 * @param model the hyper-parameters
 * @param seed the seed of all that is random
 * @param publishThreshold a vector is published if it moved by more than this share of its length
 */
record EmbeddingConfig(
    TrainerLoopConfig loop,
    Analysis analysis,
    SkipGramConfig model,
    long seed,
    double publishThreshold,
    int maxDocumentBytes) {

  static final String NAME = "embedding";

  /** A step of {@link #STEP_BATCHES} batches is about a million words of an encyclopaedia. */
  private static final int BATCH_SIZE = 500;

  private static final int STEP_BATCHES = 20;
  private static final SkipGramConfig DEFAULTS = SkipGramConfig.defaults();

  /**
   * A dimension of a word: vector, context vector and accumulators in single precision, and what
   * two steps send of them.
   */
  private static final int DIMENSION_BYTES = 28;

  /** A word itself, its counts and its entry in the vocabulary. */
  private static final int WORD_BYTES = 200;

  /** How much larger a text becomes when it is split into words. */
  private static final int DECODED = 4;

  private static final String SEED = "embedding.seed";
  private static final String THREADS = "embedding.threads";
  private static final String PUBLISH_THRESHOLD = "embedding.publish.threshold";

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = TrainerLoopConfig.definition(NAME, BATCH_SIZE, STEP_BATCHES);
    var model = new ConfigDef();
    WordAnalysisSettings.define(model);
    SkipGramSettings.define(model);
    model.define(SEED, Type.LONG, 42L, Importance.LOW, "The seed of all that is random.");
    ModelFingerprint.define(definition, model);
    defineRunning(definition);
    VariantSettings.define(definition, NAME);
    return definition;
  }

  private static void defineRunning(ConfigDef definition) {
    definition
        .define(
            THREADS,
            Type.INT,
            DEFAULTS.threads(),
            Range.between(1, 256),
            Importance.HIGH,
            "The number of threads that learn. With 1 the same log gives the same bytes. With"
                + " more, threads update the same vectors without locks, which is faster, still"
                + " exactly once, but not reproducible. Can be changed at a restart; the manifest"
                + " records it.")
        .define(
            PUBLISH_THRESHOLD,
            Type.DOUBLE,
            0.05,
            Range.between(0, 10),
            Importance.MEDIUM,
            "A vector is published again when it has moved by more than this share of its length"
                + " since it was last published, or when the word's count has doubled; 0 publishes"
                + " every vector that moved. The model is the same with any value. Can be changed"
                + " at a restart.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if a value is invalid
   */
  static EmbeddingConfig from(Settings settings) {
    AbstractConfig values = settings.read(definition());
    try {
      return new EmbeddingConfig(
          TrainerLoopConfig.from(NAME, values),
          WordAnalysisSettings.read(values),
          SkipGramSettings.read(values, values.getInt(THREADS)),
          values.getLong(SEED),
          values.getDouble(PUBLISH_THRESHOLD),
          settings.common().inputs().documentBytes());
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  /** What may fill the heap: words with their vectors and what a step sends of them, and texts. */
  List<HeapRequirement> heap() {
    long word = (long) model.dimensions() * DIMENSION_BYTES + WORD_BYTES;
    return List.of(
        HeapRequirement.of("embedding.vocabulary.capacity", model.capacity(), word),
        HeapRequirement.of("embedding.buffer.bytes", loop.bufferBytes(), DECODED));
  }

  /** The settings that make another model of the same documents, by name without the prefix. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.putAll(WordAnalysisSettings.fingerprint(analysis));
    settings.putAll(SkipGramSettings.fingerprint(model));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}
