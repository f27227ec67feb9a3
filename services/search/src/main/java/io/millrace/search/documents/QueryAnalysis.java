package io.millrace.search.documents;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.schemas.AnalysisFingerprint;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The analysis of a query's text, as a frequency block would state it. Immutable.
 *
 * @param description everything that the terms depend on, by setting without {@code text.}
 */
record QueryAnalysis(SortedMap<String, String> description) {

  private static final String ANALYSIS = "analysis";
  private static final String STOP_WORDS = "stop.words";
  private static final List<String> NGRAMS = List.of("ngram.min", "ngram.max");

  static QueryAnalysis of(Analysis analysis) {
    return new QueryAnalysis(analysis.description());
  }

  long fingerprint() {
    return AnalysisFingerprint.of(description);
  }

  /** Whether counts of this fingerprint may be those of other terms. */
  boolean differsFrom(long counted) {
    return counted != AnalysisFingerprint.UNKNOWN && counted != fingerprint();
  }

  /** The settings, such as {@code text.analysis=english, text.stop.words=own}. */
  @Override
  public String toString() {
    return description.entrySet().stream()
        .map(setting -> "text." + setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * What is known of another analysis: the settings if they are a common case, else the hash alone,
   * from which nothing can be read back.
   */
  String explain(long counted) {
    return common()
        .filter(it -> it.fingerprint() == counted)
        .findFirst()
        .map(QueryAnalysis::toString)
        .orElse(String.format(Locale.ROOT, "an analysis with the fingerprint %016x", counted));
  }

  /** The named analyses, with the stop words and n-grams of this one or the defaults. */
  private Stream<QueryAnalysis> common() {
    List<SortedMap<String, String>> known = List.of(Analysis.STANDARD.description(), description);
    return Analysis.names().stream()
        .flatMap(name ->
            known.stream()
                .flatMap(
                    stopWords -> known.stream().map(ngrams -> common(name, stopWords, ngrams))));
  }

  private static QueryAnalysis common(
      String name, SortedMap<String, String> stopWords, SortedMap<String, String> ngrams) {
    SortedMap<String, String> settings = new TreeMap<>(ngrams);
    settings.keySet().retainAll(NGRAMS);
    settings.put(ANALYSIS, name);
    settings.put(STOP_WORDS, stopWords.getOrDefault(STOP_WORDS, ""));
    return new QueryAnalysis(settings);
  }
}
