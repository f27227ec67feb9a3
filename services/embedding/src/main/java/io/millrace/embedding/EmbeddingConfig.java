package io.millrace.embedding;

import io.millrace.learning.embedding.Architecture;
import io.millrace.learning.embedding.SkipGramConfig;
import io.millrace.learning.text.Analysis;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
import io.millrace.runtime.TrainerLoopConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of the embedding.
 *
 * @param loop how it is fed
 * @param analysis how text is taken apart into words
 * @param model the hyper-parameters
 * @param seed of all that is random
 * @param publishThreshold a vector is published if it moved by more than this share of its length
 */
record EmbeddingConfig(
    TrainerLoopConfig loop,
    Analysis analysis,
    SkipGramConfig model,
    long seed,
    double publishThreshold) {

  static final String NAME = "embedding";

  /** With {@link #STEP_BATCHES} about a million words of encyclopaedia: a step writes most rows. */
  private static final int BATCH_SIZE = 500;

  private static final int STEP_BATCHES = 20;
  private static final SkipGramConfig DEFAULTS = SkipGramConfig.defaults();

  private static final String THREADS = "embedding.threads";
  private static final String PUBLISH_THRESHOLD = "embedding.publish.threshold";

  /** Of its own settings those that make no other model, as far as a setting can tell. */
  static final Set<String> SAME_MODEL = Set.of(THREADS, PUBLISH_THRESHOLD);

  private static final String ANOTHER_MODEL = " Another value makes another model.";

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    ConfigDef definition = TrainerLoopConfig.definition(NAME, BATCH_SIZE, STEP_BATCHES);
    defineText(definition);
    defineVocabulary(definition);
    defineModel(definition);
    defineRunning(definition);
    return definition;
  }

  private static void defineText(ConfigDef definition) {
    definition.define(
        "embedding.analysis",
        Type.STRING,
        Analysis.STANDARD.name(),
        ValidString.in(Analysis.names().toArray(String[]::new)),
        Importance.MEDIUM,
        "How text is taken apart into words." + ANOTHER_MODEL);
  }

  private static void defineVocabulary(ConfigDef definition) {
    definition
        .define(
            "embedding.vocabulary.capacity",
            Type.INT,
            DEFAULTS.capacity(),
            Range.between(SkipGramConfig.MIN_CAPACITY, 1 << 24),
            Importance.HIGH,
            "The most words that are counted at any time, with or without a vector; the rarest are"
                + " evicted."
                + ANOTHER_MODEL)
        .define(
            "embedding.vocabulary.headroom",
            Type.DOUBLE,
            DEFAULTS.headroom(),
            Range.between(0.001, 0.5),
            Importance.LOW,
            "The share of the capacity that an eviction frees at least." + ANOTHER_MODEL)
        .define(
            "embedding.min.count",
            Type.INT,
            DEFAULTS.minCount(),
            Range.atLeast(1),
            Importance.MEDIUM,
            "How often a word is met before it gets a vector." + ANOTHER_MODEL);
  }

  private static void defineModel(ConfigDef definition) {
    definition
        .define(
            "embedding.architecture",
            Type.STRING,
            name(DEFAULTS.architecture()),
            ValidString.in(
                Arrays.stream(Architecture.values())
                    .map(EmbeddingConfig::name)
                    .toArray(String[]::new)),
            Importance.MEDIUM,
            "What is predicted from what: the target by each word around it, or by their mean."
                + ANOTHER_MODEL)
        .define(
            "embedding.dimensions",
            Type.INT,
            DEFAULTS.dimensions(),
            Range.between(1, 1_024),
            Importance.HIGH,
            "Numbers in a vector." + ANOTHER_MODEL)
        .define(
            "embedding.window",
            Type.INT,
            DEFAULTS.window(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "The farthest that a context word may stand from its target." + ANOTHER_MODEL)
        .define(
            "embedding.negatives",
            Type.INT,
            DEFAULTS.negatives(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "Noise words drawn for each target." + ANOTHER_MODEL)
        .define(
            "embedding.sample",
            Type.DOUBLE,
            DEFAULTS.sample(),
            Range.between(0, 1),
            Importance.MEDIUM,
            "Words more frequent than this share of the text are thinned out; 0 keeps all."
                + ANOTHER_MODEL)
        .define(
            "embedding.learning.rate",
            Type.DOUBLE,
            DEFAULTS.learningRate(),
            Range.between(1e-6, 10),
            Importance.MEDIUM,
            "The scale of a step; each word's own rate falls with what it has learned."
                + ANOTHER_MODEL)
        .define(
            "embedding.forgetting",
            Type.DOUBLE,
            DEFAULTS.forgetting(),
            Range.between(0, 0.999),
            Importance.LOW,
            "The share of its past gradients that a word's rate forgets at each of its steps, so"
                + " that no word ever stops learning; 0 forgets nothing."
                + ANOTHER_MODEL)
        .define(
            "embedding.seed",
            Type.LONG,
            42L,
            Importance.LOW,
            "The seed of all that is random." + ANOTHER_MODEL);
  }

  private static void defineRunning(ConfigDef definition) {
    definition
        .define(
            THREADS,
            Type.INT,
            DEFAULTS.threads(),
            Range.between(1, 256),
            Importance.HIGH,
            "Threads that learn. With 1 the same log gives the same bytes; with more they write to"
                + " the same vectors without waiting for each other, which is faster, still exactly"
                + " once, but not reproducible. Can be changed at a restart; the manifest tells"
                + " it.")
        .define(
            PUBLISH_THRESHOLD,
            Type.DOUBLE,
            0.05,
            Range.between(0, 10),
            Importance.MEDIUM,
            "A vector is published again once it has moved by more than this share of its length"
                + " since it was published last, or the word's count has doubled; 0 publishes all"
                + " that moved. The model is the same with any value, and it can be changed at a"
                + " restart.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static EmbeddingConfig from(Settings settings) {
    AbstractConfig values = settings.read(definition());
    return new EmbeddingConfig(
        TrainerLoopConfig.from(NAME, values),
        Analysis.named(values.getString("embedding.analysis")),
        new SkipGramConfig(
            architecture(values.getString("embedding.architecture")),
            values.getInt("embedding.dimensions"),
            values.getInt("embedding.window"),
            values.getInt("embedding.negatives"),
            values.getDouble("embedding.sample"),
            values.getInt("embedding.min.count"),
            values.getInt("embedding.vocabulary.capacity"),
            values.getDouble("embedding.vocabulary.headroom"),
            values.getDouble("embedding.learning.rate"),
            values.getDouble("embedding.forgetting"),
            values.getInt(THREADS)),
        values.getLong("embedding.seed"),
        values.getDouble(PUBLISH_THRESHOLD));
  }

  private static Architecture architecture(String name) {
    return Architecture.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String name(Architecture architecture) {
    return architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Those that make another model of the same documents, by name without the service's. */
  Map<String, String> fingerprint() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("analysis", analysis.name());
    settings.put("architecture", name(model.architecture()));
    settings.put("dimensions", Integer.toString(model.dimensions()));
    settings.put("window", Integer.toString(model.window()));
    settings.put("negatives", Integer.toString(model.negatives()));
    settings.put("sample", Double.toString(model.sample()));
    settings.put("min.count", Integer.toString(model.minCount()));
    settings.put("vocabulary.capacity", Integer.toString(model.capacity()));
    settings.put("vocabulary.headroom", Double.toString(model.headroom()));
    settings.put("learning.rate", Double.toString(model.learningRate()));
    settings.put("forgetting", Double.toString(model.forgetting()));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}
