package io.millrace.learning.text.weighting;

import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.Term;
import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * How the terms of a document are weighed: the term's frequency in the document times its rarity in
 * the corpus, then scaled. Terms that too few or too many documents hold are left out first. With
 * tf the term's count in the document, |d| the document's tokens, N the corpus's documents and df
 * those that hold the term:
 *
 * <ul>
 *   <li>{@link #COUNTS}: tf. The bag of words.
 *   <li>{@link #SCIKIT_LEARN}: tf · (ln((1 + N) / (1 + df)) + 1), scaled to unit length (L2). What
 *       scikit-learn's {@code TfidfVectorizer} does unless told otherwise.
 *   <li>{@link #ARTICLE}: tf / |d| · ln(N / (df + 1)). The textbook form; negative for a term that
 *       is in every document.
 * </ul>
 *
 * <p>Arithmetic is in double precision and in the order of the terms, so that the same counts give
 * the same bits. Cost: one look-up in the corpus a term.
 *
 * @param preset the name of the weighing that it is or was made from
 * @param tf tf
 * @param idf idf
 * @param norm how a document's weights are scaled
 * @param minDf the fewest documents that hold a term which is weighed
 * @param maxDf the most
 */
public record Weighting(
    String preset,
    Tf tf,
    Idf idf,
    Norm norm,
    DocumentFrequencyBound minDf,
    DocumentFrequencyBound maxDf) {

  public static final Weighting COUNTS = preset("counts", Tf.COUNT, Idf.NONE, Norm.NONE);

  public static final Weighting SCIKIT_LEARN =
      preset("scikit-learn", Tf.COUNT, Idf.SMOOTH, Norm.L2);

  public static final Weighting ARTICLE = preset("article", Tf.SHARE, Idf.TEXTBOOK, Norm.NONE);

  private static final List<Weighting> PRESETS = List.of(COUNTS, SCIKIT_LEARN, ARTICLE);

  private static Weighting preset(String name, Tf frequency, Idf rarity, Norm norm) {
    return new Weighting(
        name, frequency, rarity, norm, DocumentFrequencyBound.ONE, DocumentFrequencyBound.ALL);
  }

  /** All that have a name. */
  public static List<Weighting> presets() {
    return PRESETS;
  }

  /**
   * The weighing of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Weighting named(String name) {
    return PRESETS.stream()
        .filter(weighing -> weighing.preset.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "weighing must be one of " + String.join(", ", names()) + ", was " + name));
  }

  /** All names. */
  public static Collection<String> names() {
    return PRESETS.stream().map(Weighting::preset).toList();
  }

  /** What vectors say of it: its name, then what is other than in that. */
  public String label() {
    Weighting base = named(preset);
    var label = new StringBuilder(preset);
    option(label, "tf", base.tf, tf);
    option(label, "idf", base.idf, idf);
    option(label, "norm", base.norm, norm);
    option(label, "min.df", base.minDf, minDf);
    option(label, "max.df", base.maxDf, maxDf);
    return label.toString();
  }

  private static void option(StringBuilder label, String name, Object usual, Object value) {
    if (!value.equals(usual)) {
      label.append(' ').append(name).append('=').append(value.toString().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * Whether a term is weighed; else it is left out before anything is scaled.
   *
   * @param documents N
   * @param holding df
   */
  public boolean includes(long documents, long holding) {
    return !isBounded() || holding >= minDf.of(documents) && holding <= maxDf.of(documents);
  }

  /**
   * Whether terms may be left out. Bounds that say nothing keep a term whose df was evicted too.
   */
  public boolean isBounded() {
    return !minDf.equals(DocumentFrequencyBound.ONE) || !maxDf.equals(DocumentFrequencyBound.ALL);
  }

  /**
   * Weighs a document.
   *
   * @param document its counts
   * @param corpus all documents, this one included
   */
  public SparseVector vectorize(TermCounts document, Corpus corpus) {
    long tokens = document.tokens();
    long documents = corpus.documents();
    List<String> terms = new ArrayList<>(document.size());
    double[] weights = new double[document.size()];
    for (int place = 0; place < document.size(); place++) {
      String term = document.terms().get(place);
      long holding = corpus.docFreq(term);
      if (includes(documents, holding)) {
        weights[terms.size()] = tf.of(document.count(place), tokens) * idf.of(documents, holding);
        terms.add(term);
      }
    }
    norm.scale(weights, terms.size());
    List<Double> scaled = new ArrayList<>(terms.size());
    for (int i = 0; i < terms.size(); i++) {
      scaled.add(weights[i]);
    }
    return new SparseVector(terms, scaled);
  }

  /**
   * Weighs a document.
   *
   * @param document its counts
   * @param corpus all documents, this one included; it counts with the terms of the document
   */
  public WeightedTerms vectorize(TermBag document, Corpus corpus) {
    long[] holding = corpus.docFreq(document);
    long tokens = document.tokens();
    long documents = corpus.documents();
    Term[] terms = new Term[holding.length];
    double[] weights = new double[holding.length];
    int size = 0;
    for (int place = 0; place < holding.length; place++) {
      if (includes(documents, holding[place])) {
        weights[size] = tf.of(document.count(place), tokens) * idf.of(documents, holding[place]);
        terms[size++] = document.term(place);
      }
    }
    norm.scale(weights, size);
    return new WeightedTerms(terms, weights, size);
  }
}
