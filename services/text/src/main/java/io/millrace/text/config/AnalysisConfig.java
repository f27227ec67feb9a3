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
        "How text is analyzed to terms: by Lucene's standard analyzer or that of a language, as"
            + " scikit-learn does, or by a custom chain of Lucene's factories.");
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
            "Words that are left out: own (those of the analysis), none, scikit-learn (its list"
                + " english), a language such as german, words:the of and, or file:PATH with one"
                + " word a line, in UTF-8 or with a byte order mark.")
        .define(
            NGRAM_MIN,
            Type.INT,
            1,
            Range.between(1, NgramRange.LONGEST),
            Importance.MEDIUM,
            "The fewest consecutive words that make a term.")
        .define(
            NGRAM_MAX,
            Type.INT,
            1,
            Range.between(1, NgramRange.LONGEST),
            Importance.MEDIUM,
            "The most consecutive words that make a term, after stop words are left out.");
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
    // Some fail only when they are used: Thai, if Java has no dictionary for it.
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
