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

/** The settings of the learner: its hyper-parameters. */
final class SkipGramSettings {

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
            "The most words that are counted at any time, with or without a vector; the rarest are"
                + " evicted.")
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
            "How often a word is met before it gets a vector.");
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
            "What is predicted from what: the target by each word around it, or by their mean.")
        .define(
            "embedding.dimensions",
            Type.INT,
            DEFAULTS.dimensions(),
            Range.between(1, 1_024),
            Importance.HIGH,
            "Numbers in a vector.")
        .define(
            "embedding.window",
            Type.INT,
            DEFAULTS.window(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "The farthest that a context word may stand from its target.")
        .define(
            "embedding.negatives",
            Type.INT,
            DEFAULTS.negatives(),
            Range.between(1, 100),
            Importance.MEDIUM,
            "Noise words drawn for each target.")
        .define(
            "embedding.sample",
            Type.DOUBLE,
            DEFAULTS.sample(),
            Range.between(0, 1),
            Importance.MEDIUM,
            "Words more frequent than this share of the text are thinned out; 0 keeps all.")
        .define(
            "embedding.learning.rate",
            Type.DOUBLE,
            DEFAULTS.learningRate(),
            Range.between(1e-6, 10),
            Importance.MEDIUM,
            "The scale of a step; each word's own rate falls with what it has learned.")
        .define(
            "embedding.forgetting",
            Type.DOUBLE,
            DEFAULTS.adagradDecay(),
            Range.between(0, 0.999),
            Importance.LOW,
            "The share of its past gradients that a word's rate forgets at each of its steps, so"
                + " that no word ever stops learning; 0 forgets nothing.")
        .define(
            "embedding.memory",
            Type.DOUBLE,
            DEFAULTS.adagradMinWindow(),
            Range.between(0, 1),
            Importance.LOW,
            "The share of its own steps whose gradients a word's rate keeps in mind at least, so"
                + " that frequent words stay calm: after n steps it forgets at most"
                + " 1 / (memory n) at the next; 0 leaves it to the forgetting.");
  }

  /**
   * Reads the settings.
   *
   * @param threads that learn
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
        values.getDouble("embedding.forgetting"),
        values.getDouble("embedding.memory"),
        threads);
  }

  private static EmbeddingArchitecture architecture(String name) {
    return EmbeddingArchitecture.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private static String name(EmbeddingArchitecture architecture) {
    return architecture.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Those that make another model of the same words, by name without the service's. */
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
    settings.put("forgetting", Double.toString(model.adagradDecay()));
    settings.put("memory", Double.toString(model.adagradMinWindow()));
    return settings;
  }
}
