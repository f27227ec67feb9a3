package io.millrace.learning.text.analysis;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.standard.StandardAnalyzer;

/**
 * Analysis: how a text becomes terms, chosen by name.
 *
 * <ul>
 *   <li>{@code standard}: Lucene's standard analyzer: words by Unicode text segmentation (UAX #29),
 *       lower case, no stop words. Words over 255 characters are split at that length.
 *   <li>a language, such as {@code english}: Lucene's analyzer for it. Most split words as {@code
 *       standard} does, leave stop words out and stem.
 *   <li>{@code scikit-learn}: the default of scikit-learn's vectorizers, see {@link
 *       ScikitLearnTokenizer}.
 *   <li>{@link #custom}: any chain of Lucene's factories.
 * </ul>
 *
 * <p>Each accepts text in any language, and can have other {@link StopWords} than its own and
 * {@link NgramRange n-grams} instead of single tokens. Immutable and safe for several threads; the
 * tokenizers that {@link #newTokenizer} makes are not.
 */
public final class Analysis {

  /** The name of a chain of Lucene's factories. */
  public static final String CUSTOM = "custom";

  public static final Analysis STANDARD =
      lucene("standard", CharArraySet.EMPTY_SET, StandardAnalyzer::new);

  public static final Analysis ENGLISH = of(Language.ENGLISH);

  /** Stop words are left out after the text was split, as scikit-learn does. */
  public static final Analysis SCIKIT_LEARN =
      new Analysis(
          "scikit-learn",
          stopWords -> {
            CharArraySet words = stopWords.or(CharArraySet.EMPTY_SET);
            return () -> without(words, new ScikitLearnTokenizer());
          });

  /** Makes tokenizers for given stop words. What is slow to make is made once, for all threads. */
  private interface TokenizerFactory extends Function<StopWords, Supplier<Tokenizer>> {}

  /** How tokens become terms, in any analysis. */
  private record Terms(StopWords stopWords, NgramRange ngrams) {}

  private final String name;
  private final TokenizerFactory factory;
  private final Map<String, String> chain;
  private final Terms terms;
  private final Supplier<Tokenizer> tokens;

  private Analysis(String name, TokenizerFactory factory) {
    this(name, factory, Map.of());
  }

  private Analysis(String name, TokenizerFactory factory, Map<String, String> chain) {
    this(name, factory, chain, new Terms(StopWords.OWN, NgramRange.TOKENS));
  }

  private Analysis(String name, TokenizerFactory factory, Map<String, String> chain, Terms terms) {
    this.name = name;
    this.factory = factory;
    this.chain = chain;
    this.terms = terms;
    this.tokens = factory.apply(terms.stopWords());
  }

  private static Analysis lucene(
      String name, CharArraySet own, Function<CharArraySet, Analyzer> make) {
    return new Analysis(
        name,
        stopWords -> {
          Analyzer analyzer = make.apply(stopWords.or(own));
          return () -> new LuceneTokenizer(analyzer);
        });
  }

  private static Analysis of(Language language) {
    return lucene(language.label(), language.stopWords(), language::analyzer);
  }

  private static Tokenizer without(CharArraySet words, Tokenizer tokens) {
    return words.isEmpty() ? tokens : new StopFilter(tokens, words);
  }

  /**
   * The analysis of a name other than {@link #CUSTOM}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Analysis named(String name) {
    return switch (name) {
      case "standard" -> STANDARD;
      case "scikit-learn" -> SCIKIT_LEARN;
      default ->
          Arrays.stream(Language.values())
              .filter(language -> language.label().equals(name))
              .findFirst()
              .map(Analysis::of)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "analysis must be one of " + String.join(", ", names()) + ", was " + name));
    };
  }

  /** All names except {@link #CUSTOM}, sorted. */
  public static Collection<String> names() {
    Collection<String> names = new TreeSet<>();
    names.add(STANDARD.name);
    names.add(SCIKIT_LEARN.name);
    Arrays.stream(Language.values()).map(Language::label).forEach(names::add);
    return names;
  }

  /**
   * The analysis of a chain of Lucene's factories. Its own stop words are those of its filters;
   * others are left out after the chain.
   *
   * @throws IllegalArgumentException if it has no tokenizer
   */
  public static Analysis custom(AnalysisChain chain) {
    Analyzer analyzer = chain.analyzer();
    return new Analysis(
        CUSTOM,
        stopWords -> {
          CharArraySet words = stopWords.or(CharArraySet.EMPTY_SET);
          return () -> without(words, new LuceneTokenizer(analyzer));
        },
        chain.description());
  }

  /** This analysis with other stop words. */
  public Analysis with(StopWords stopWords) {
    return stopWords == terms.stopWords()
        ? this
        : new Analysis(name, factory, chain, new Terms(stopWords, terms.ngrams()));
  }

  /** This analysis with other n-grams. */
  public Analysis with(NgramRange ngrams) {
    return ngrams.equals(terms.ngrams())
        ? this
        : new Analysis(name, factory, chain, new Terms(terms.stopWords(), ngrams));
  }

  /** The name in settings. */
  public String name() {
    return name;
  }

  /**
   * Everything that the counts depend on, by setting without the service's name. Counts of analyses
   * that differ here must not be added up.
   */
  public SortedMap<String, String> description() {
    SortedMap<String, String> description = new TreeMap<>(chain);
    description.put("analysis", name);
    description.put("stop.words", terms.stopWords().description());
    description.put("ngram.min", Integer.toString(terms.ngrams().min()));
    description.put("ngram.max", Integer.toString(terms.ngrams().max()));
    return description;
  }

  /** A tokenizer, for one thread. */
  public Tokenizer newTokenizer() {
    Tokenizer each = tokens.get();
    return terms.ngrams().equals(NgramRange.TOKENS) ? each : new NgramFilter(each, terms.ngrams());
  }

  @Override
  public String toString() {
    return name;
  }
}
