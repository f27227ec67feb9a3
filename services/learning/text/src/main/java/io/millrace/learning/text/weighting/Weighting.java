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
 * TF-IDF weighting. The vector of a document is computed in these steps:
 *
 * <ol>
 *   <li>Look up df(t), the number of documents that have term t, for each term of the document, and
 *       N, the number of all documents ({@link Corpus}).
 *   <li>Leave out the terms with df below {@code minDf} or above {@code maxDf}.
 *   <li>Weight each other term: w(t) = tf(t) · idf(N, df(t)) ({@link Tf}, {@link Idf}).
 *   <li>Divide all weights by the norm of the vector ({@link Norm}).
 * </ol>
 *
 * <p>The named weightings, with tf the term's count in the document and |d| the document's tokens:
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
 * <p>Sources: Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval";
 * scikit-learn's {@code TfidfTransformer}.
 *
 * @param preset the name of the weighting that this is, or was derived from
 * @param tf the weight of a term by its count in the document
 * @param idf the weight of a term by the documents that have it
 * @param norm what a document's weights are divided by
 * @param minDf the fewest documents that have a term which is weighted
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

  /** All named weightings. */
  public static List<Weighting> presets() {
    return PRESETS;
  }

  /**
   * The weighting of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Weighting named(String name) {
    return PRESETS.stream()
        .filter(weighting -> weighting.preset.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "weighting must be one of " + String.join(", ", names()) + ", was " + name));
  }

  /** The names of all named weightings. */
  public static Collection<String> names() {
    return PRESETS.stream().map(Weighting::preset).toList();
  }

  /** The label in vectors: the name of the preset, then what differs from it. */
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
   * Whether a term is weighted; otherwise it is left out before the norm is computed.
   *
   * @param documents N
   * @param docFreq df
   */
  public boolean includes(long documents, long docFreq) {
    return !isBounded() || docFreq >= minDf.of(documents) && docFreq <= maxDf.of(documents);
  }

  /** Whether terms may be left out. Without bounds, a term whose df was evicted is weighted too. */
  public boolean isBounded() {
    return !minDf.equals(DocumentFrequencyBound.ONE) || !maxDf.equals(DocumentFrequencyBound.ALL);
  }

  /**
   * The vector of a document.
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
      long docFreq = corpus.docFreq(term);
      if (includes(documents, docFreq)) {
        weights[terms.size()] = tf.of(document.count(place), tokens) * idf.of(documents, docFreq);
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
   * The vector of a document, computed with the terms of a table.
   *
   * @param document its counts, with terms of the corpus
   * @param corpus all documents, this one included
   */
  public WeightedTerms vectorize(TermBag document, Corpus corpus) {
    long[] docFreqs = corpus.docFreqs(document);
    long tokens = document.tokens();
    long documents = corpus.documents();
    Term[] terms = new Term[docFreqs.length];
    double[] weights = new double[docFreqs.length];
    int size = 0;
    for (int place = 0; place < docFreqs.length; place++) {
      if (includes(documents, docFreqs[place])) {
        weights[size] = tf.of(document.count(place), tokens) * idf.of(documents, docFreqs[place]);
        terms[size++] = document.term(place);
      }
    }
    norm.scale(weights, size);
    return new WeightedTerms(terms, weights, size);
  }
}
