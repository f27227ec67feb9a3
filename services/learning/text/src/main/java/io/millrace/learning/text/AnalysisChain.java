package io.millrace.learning.text;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharFilterFactory;
import org.apache.lucene.analysis.TokenFilterFactory;
import org.apache.lucene.analysis.TokenizerFactory;
import org.apache.lucene.analysis.custom.CustomAnalyzer;

/**
 * A chain of Lucene's factories: what changes the text, what takes it apart, what changes the
 * tokens. Files that they name are looked for in the working directory, then among Lucene's own
 * resources.
 *
 * @param charFilters applied in this order
 * @param tokenizer what takes the text apart
 * @param tokenFilters applied in this order
 */
public record AnalysisChain(
    List<AnalysisStep> charFilters, AnalysisStep tokenizer, List<AnalysisStep> tokenFilters) {

  public AnalysisChain {
    charFilters = List.copyOf(charFilters);
    tokenFilters = List.copyOf(tokenFilters);
    known("char filter", charFilters, CharFilterFactory.availableCharFilters());
    known("tokenizer", List.of(tokenizer), TokenizerFactory.availableTokenizers());
    known("token filter", tokenFilters, TokenFilterFactory.availableTokenFilters());
  }

  private static void known(String kind, List<AnalysisStep> steps, Set<String> names) {
    Set<String> all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(names);
    for (AnalysisStep step : steps) {
      if (!all.contains(step.name())) {
        throw new IllegalArgumentException(
            "%s must be one of %s, was %s".formatted(kind, String.join(", ", all), step.name()));
      }
    }
  }

  /**
   * The analyzer.
   *
   * @throws IllegalArgumentException if a factory refuses its parameters or its files
   */
  Analyzer analyzer() {
    try {
      CustomAnalyzer.Builder builder = CustomAnalyzer.builder(Path.of(""));
      for (AnalysisStep step : charFilters) {
        builder.addCharFilter(step.name(), parameters(step));
      }
      builder.withTokenizer(tokenizer.name(), parameters(tokenizer));
      for (AnalysisStep step : tokenFilters) {
        builder.addTokenFilter(step.name(), parameters(step));
      }
      return builder.build();
    } catch (IOException e) {
      throw new IllegalArgumentException("a file of the chain cannot be read: " + e, e);
    }
  }

  /** Lucene takes out what it has read. */
  private static Map<String, String> parameters(AnalysisStep step) {
    return new HashMap<>(step.parameters());
  }
}
