package io.millrace.text;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.AnalysisChain;
import io.millrace.learning.text.AnalysisStep;
import io.millrace.learning.text.NgramRange;
import io.millrace.learning.text.StopWords;
import io.millrace.learning.text.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The settings of how text is taken apart into terms. */
final class AnalysisSettings {

  private static final String ANALYSIS = "text.analysis";
  private static final String CHAR_FILTERS = "text.analysis.char.filters";
  private static final String TOKENIZER = "text.analysis.tokenizer";
  private static final String TOKEN_FILTERS = "text.analysis.token.filters";
  private static final String STOP_WORDS = "text.stop.words";
  private static final String NGRAM_MIN = "text.ngram.min";
  private static final String NGRAM_MAX = "text.ngram.max";

  private AnalysisSettings() {}

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
    steps(
        definition,
        CHAR_FILTERS,
        "What changes the text first in the custom analysis: Lucene's names with commas between,"
            + " such as htmlStrip, patternReplace(pattern='[0-9]', replacement='#').");
    steps(
        definition,
        TOKENIZER,
        "What takes the text apart in the custom analysis, such as standard or"
            + " nGram(minGramSize=3, maxGramSize=3).");
    steps(
        definition,
        TOKEN_FILTERS,
        "What changes the tokens then in the custom analysis, such as lowercase,"
            + " stop(words=stop.txt), snowballPorter(language=German).");
  }

  private static void steps(ConfigDef definition, String name, String documentation) {
    definition.define(name, Type.STRING, "", Importance.LOW, documentation);
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
    String name = values.getString(ANALYSIS);
    if (name.equals(Analysis.CUSTOM)) {
      return custom(values);
    }
    for (String setting : List.of(CHAR_FILTERS, TOKENIZER, TOKEN_FILTERS)) {
      if (!values.getString(setting).isBlank()) {
        throw bad(values, setting, "it is for text.analysis=custom only, which is " + name);
      }
    }
    return Analysis.named(name);
  }

  private static Analysis custom(AbstractConfig values) {
    if (parse(values, TOKENIZER).size() != 1) {
      throw bad(values, TOKENIZER, "the custom analysis needs one tokenizer");
    }
    var chain = new AnalysisChain();
    add(values, CHAR_FILTERS, chain::charFilter);
    add(values, TOKENIZER, chain::tokenizer);
    add(values, TOKEN_FILTERS, chain::tokenFilter);
    return Analysis.custom(chain);
  }

  private static void add(
      AbstractConfig values, String setting, Function<AnalysisStep, AnalysisChain> adding) {
    about(values, setting, () -> parse(values, setting).stream().map(adding).toList());
  }

  private static List<AnalysisStep> parse(AbstractConfig values, String setting) {
    return about(values, setting, () -> AnalysisStep.parse(values.getString(setting)));
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
