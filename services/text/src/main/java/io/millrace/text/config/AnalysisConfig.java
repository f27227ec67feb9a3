package io.millrace.text.config;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.AnalysisStage;
import io.millrace.learning.text.analysis.NgramRange;
import io.millrace.learning.text.analysis.StopWords;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The settings of how text is taken apart into terms. */
final class AnalysisConfig {

  private static final String ANALYSIS = "text.analysis";
  private static final String STOP_WORDS = "text.stop.words";
  private static final String NGRAM_MIN = "text.ngram.min";
  private static final String NGRAM_MAX = "text.ngram.max";

  private AnalysisConfig() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    List<String> names = new ArrayList<>(Analysis.names());
    names.add(Analysis.CUSTOM);
    definition.define(
        ANALYSIS,
        Type.STRING,
        Analysis.STANDARD.name(),
        ValidString.in(names.toArray(String[]::new)),
        Importance.HIGH,
        "How text is taken apart into terms: Lucene's standard analyzer or that of a language, as"
            + " scikit-learn does, or a custom chain of Lucene's factories.");
    defineChain(definition);
    defineTerms(definition);
  }

  private static void defineChain(ConfigDef definition) {
    for (AnalysisStage part : AnalysisStage.values()) {
      definition.define(setting(part), Type.STRING, "", Importance.LOW, part.documentation());
    }
  }

  private static String setting(AnalysisStage part) {
    return "text." + part.setting();
  }

  private static void defineTerms(ConfigDef definition) {
    definition
        .define(
            STOP_WORDS,
            Type.STRING,
            StopWords.OWN.toString(),
            Importance.MEDIUM,
            "Words that are no terms: the analysis's own, none, scikit-learn (the list that it"
                + " calls english), those of a language such as german, words:the of and, or"
                + " file:PATH with one a line.")
        .define(
            NGRAM_MIN,
            Type.INT,
            1,
            Range.between(1, NgramRange.LONGEST),
            Importance.MEDIUM,
            "The fewest neighbouring words that make a term.")
        .define(
            NGRAM_MAX,
            Type.INT,
            1,
            Range.between(1, NgramRange.LONGEST),
            Importance.MEDIUM,
            "The most neighbouring words that make a term; stop words are left out before.");
  }

  /**
   * Reads the settings, and every file that they name.
   *
   * @throws ConfigException if one is bad
   */
  static Analysis read(AbstractConfig values) {
    StopWords stopWords =
        about(values, STOP_WORDS, () -> StopWords.named(values.getString(STOP_WORDS)));
    NgramRange ngrams =
        about(
            values,
            NGRAM_MAX,
            () -> new NgramRange(values.getInt(NGRAM_MIN), values.getInt(NGRAM_MAX)));
    Analysis analysis = named(values).with(stopWords).with(ngrams);
    // Some fail only now: Thai, where Java has no dictionary of it.
    about(values, ANALYSIS, () -> new TextTokenizer(analysis).tokens("a"));
    return analysis;
  }

  private static Analysis named(AbstractConfig values) {
    try {
      return AnalysisStage.read(
          values.getString(ANALYSIS), part -> values.getString(setting(part)));
    } catch (AnalysisStage.InvalidStageException e) {
      throw bad(values, setting(e.stage()), String.valueOf(e.getMessage()));
    }
  }

  private static <T> T about(AbstractConfig values, String setting, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw bad(values, setting, String.valueOf(e.getMessage()));
    }
  }

  private static ConfigException bad(AbstractConfig values, String setting, String reason) {
    return new ConfigException(setting, values.values().get(setting), reason);
  }
}
