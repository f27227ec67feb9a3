package io.millrace.embedding;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.AnalysisStage;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The settings of how text is analyzed into words: those of the text service without n-grams. */
final class WordAnalysisSettings {

  private static final String ANALYSIS = "embedding.analysis";

  private WordAnalysisSettings() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    List<String> names = new ArrayList<>(Analysis.names());
    names.add(Analysis.CUSTOM);
    definition.define(
        ANALYSIS,
        Type.STRING,
        Analysis.STANDARD.name(),
        ValidString.in(names.toArray(String[]::new)),
        Importance.MEDIUM,
        "How text is analyzed into words; the values are those of text.analysis.");
    for (AnalysisStage part : AnalysisStage.values()) {
      definition.define(setting(part), Type.STRING, "", Importance.LOW, part.documentation());
    }
  }

  private static String setting(AnalysisStage part) {
    return "embedding." + part.setting();
  }

  /**
   * Reads the settings, and the files that they name.
   *
   * @throws ConfigException if a value is invalid
   */
  static Analysis read(AbstractConfig values) {
    try {
      Analysis analysis =
          AnalysisStage.read(values.getString(ANALYSIS), part -> values.getString(setting(part)));
      // Some analyses fail at the first text: Thai, where Java has no dictionary of it.
      new TextTokenizer(analysis).tokens("a");
      return analysis;
    } catch (AnalysisStage.InvalidStageException e) {
      throw invalid(values, setting(e.stage()), e);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      throw invalid(values, ANALYSIS, e);
    }
  }

  private static ConfigException invalid(
      AbstractConfig values, String setting, RuntimeException e) {
    return new ConfigException(setting, values.values().get(setting), e.getMessage());
  }

  /** The settings that make other words of the same text, by name without the prefix. */
  static Map<String, String> fingerprint(Analysis analysis) {
    return analysisOf(analysis.description());
  }

  /** Those of an analysis among some settings, by name without the prefix. */
  static Map<String, String> analysisOf(Map<String, String> settings) {
    Map<String, String> parts = new TreeMap<>(settings);
    parts.keySet().removeIf(name -> !name.startsWith("analysis"));
    return parts;
  }
}
