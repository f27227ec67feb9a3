package io.millrace.embedding;

import io.millrace.learning.embedding.EmbeddingArchitecture;
import io.millrace.learning.embedding.SkipGramConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/** The settings of Skip-Gram's hyper-parameters. */
final class SkipGramSettings {

  private static final String ADAGRAD_DECAY = "embedding.adagrad.decay";
  private static final String ADAGRAD_WINDOW_MIN = "embedding.adagrad.window.min";
  private static final SkipGramConfig DEFAULTS = SkipGramConfig.defaults();

  private SkipGramSettings() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    defineVocabulary(definition);
    defineModel(definition);
  }

  private static void defineVocabulary(ConfigDef definition) {
    definition
        .define(
            "embedding.vocabulary.capacity",
            Type.INT,
            DEFAULTS.capacity(),
            Range.between(SkipGramConfig.MIN_CAPACITY, 1 << 24),
            Importance.HIGH,
            "The most words that are counted at any time, with or without a vector; when it is"
                + " full, the rarest are evicted.")
        .define(
            "embedding.vocabulary.headroom",
            Type.DOUBLE,
            DEFAULTS.headroom(),
            Range.between(0.001, 0.5),
            Importance.LOW,
            "The share of the capacity that an eviction frees at least.")
        .define(
            "embedding.min.count",
            Type.INT,
            DEFAULTS.minCount(),
            Range.atLeast(1),
            Importance.MEDIUM,
            "The count at which a word gets a vector.");
  }

  private static void defineModel(ConfigDef definition) {
    definition
        .define(
            "embedding.architecture",
            Type.STRING,
            name(DEFAULTS.architecture()),
            ValidString.in(
                Arrays.stream(EmbeddingArchitecture.values())
                    .map(SkipGramSettings::name)
                    .toArray(String[]::new)),
            Importance.MEDIUM,
            "What predicts the target word: each context word by itself (skip-gram) or the mean of"
                + " all (cbow).")
        .define(
            "embedding.dimensions",
            Type.INT,
            DEFAULTS.dimensions(),
            Range.between(1, 1_024),
            Importance.HIGH,
            "The length of the vectors.")
        .define(
            "embedding.window",
            Type.INT,
            DEFAULTS.window(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "The greatest distance of a context word from its target, in words.")
        .define(
            "embedding.negatives",
            Type.INT,
            DEFAULTS.negatives(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "The number of noise words (negative samples) for each target.")
        .define(
            "embedding.sample",
            Type.DOUBLE,
            DEFAULTS.sample(),
            Range.between(0, 1),
            Importance.MEDIUM,
            "The subsampling threshold: words more frequent than this share of the text are dropped"
                + " at random, as in word2vec; 0 keeps all.")
        .define(
            "embedding.learning.rate",
            Type.DOUBLE,
            DEFAULTS.learningRate(),
            Range.between(1e-6, 10),
            Importance.MEDIUM,
            "AdaGrad's learning rate; each word's own rate falls as its vector is updated.")
        .define(
            ADAGRAD_DECAY,
            Type.DOUBLE,
            DEFAULTS.adagradDecay(),
            Range.between(0, 0.999),
            Importance.LOW,
            "The share by which a word's AdaGrad accumulator decays at each update, so that no word"
                + " ever stops learning; 0 is AdaGrad, which sums all gradients.")
        .define(
            ADAGRAD_WINDOW_MIN,
            Type.DOUBLE,
            DEFAULTS.adagradMinWindow(),
            Range.between(0, 1),
            Importance.LOW,
            "The least window of a word's AdaGrad accumulator, as a share of the word's updates, so"
                + " that the vectors of frequent words stay calm: after n updates the accumulator"
                + " decays by at most 1 / (this share of n) at the next; 0 sets no minimum.");
  }

  /**
   * Reads the settings.
   *
   * @param threads the number of threads that learn
   */
  static SkipGramConfig read(AbstractConfig values, int threads) {
    return new SkipGramConfig(
        architecture(values.getString("embedding.architecture")),
        values.getInt("embedding.dimensions"),
        values.getInt("embedding.window"),
        values.getInt("embedding.negatives"),
        values.getDouble("embedding.sample"),
        values.getInt("embedding.min.count"),
        values.getInt("embedding.vocabulary.capacity"),
        values.getDouble("embedding.vocabulary.headroom"),
        values.getDouble("embedding.learning.rate"),
        values.getDouble(ADAGRAD_DECAY),
        values.getDouble(ADAGRAD_WINDOW_MIN),
        threads);
  }

  private static EmbeddingArchitecture architecture(String name) {
    return EmbeddingArchitecture.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String name(EmbeddingArchitecture architecture) {
    return architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The settings that make another model of the same words, by name without the prefix. */
  static Map<String, String> fingerprint(SkipGramConfig model) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("architecture", name(model.architecture()));
    settings.put("dimensions", Integer.toString(model.dimensions()));
    settings.put("window", Integer.toString(model.window()));
    settings.put("negatives", Integer.toString(model.negatives()));
    settings.put("sample", Double.toString(model.sample()));
    settings.put("min.count", Integer.toString(model.minCount()));
    settings.put("vocabulary.capacity", Integer.toString(model.capacity()));
    settings.put("vocabulary.headroom", Double.toString(model.headroom()));
    settings.put("learning.rate", Double.toString(model.learningRate()));
    settings.put("adagrad.decay", Double.toString(model.adagradDecay()));
    settings.put("adagrad.window.min", Double.toString(model.adagradMinWindow()));
    return settings;
  }
}
