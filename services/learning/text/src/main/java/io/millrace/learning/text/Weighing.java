package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * How the terms of a document are weighed: the term's frequency in the document times its rarity in
 * the corpus, then scaled. With tf the term's count in the document, |d| the document's tokens, N
 * the corpus's documents and df those that hold the term:
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
 */
public enum Weighing {
  COUNTS("counts", Frequency.COUNT, Rarity.NONE, Scale.NONE),
  SCIKIT_LEARN("scikit-learn", Frequency.COUNT, Rarity.SMOOTH, Scale.UNIT_LENGTH),
  ARTICLE("article", Frequency.SHARE, Rarity.TEXTBOOK, Scale.NONE);

  private final String label;
  private final Frequency frequency;
  private final Rarity rarity;
  private final Scale scale;

  Weighing(String label, Frequency frequency, Rarity rarity, Scale scale) {
    this.label = label;
    this.frequency = frequency;
    this.rarity = rarity;
    this.scale = scale;
  }

  /**
   * The weighing of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Weighing named(String name) {
    return Arrays.stream(values())
        .filter(weighing -> weighing.label.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "weighing must be one of " + String.join(", ", names()) + ", was " + name));
  }

  /** All names. */
  public static Collection<String> names() {
    return Arrays.stream(values()).map(weighing -> weighing.label).toList();
  }

  /** The name in settings and in vectors. */
  public String label() {
    return label;
  }

  /**
   * Weighs a document.
   *
   * @param document its counts
   * @param corpus all documents, this one included
   */
  public SparseVector weigh(TermCounts document, Corpus corpus) {
    long tokens = document.tokens();
    long documents = corpus.documents();
    double[] weights = new double[document.size()];
    for (int i = 0; i < weights.length; i++) {
      String term = document.terms().get(i);
      weights[i] = frequency.of(document.count(i), tokens) * rarity.of(term, documents, corpus);
    }
    DoubleUnaryOperator scaling = scale.of(weights);
    List<Double> scaled = new ArrayList<>(weights.length);
    for (double weight : weights) {
      scaled.add(scaling.applyAsDouble(weight));
    }
    return new SparseVector(document.terms(), scaled);
  }

  private enum Frequency {
    COUNT,
    SHARE;

    double of(int count, long tokens) {
      return switch (this) {
        case COUNT -> count;
        case SHARE -> (double) count / tokens;
      };
    }
  }

  private enum Rarity {
    NONE,
    SMOOTH,
    TEXTBOOK;

    double of(String term, long documents, Corpus corpus) {
      return switch (this) {
        case NONE -> 1;
        case SMOOTH -> Math.log((1.0 + documents) / (1.0 + corpus.documentsWith(term))) + 1;
        case TEXTBOOK -> Math.log(documents / (corpus.documentsWith(term) + 1.0));
      };
    }
  }

  private enum Scale {
    NONE,
    UNIT_LENGTH;

    DoubleUnaryOperator of(double[] weights) {
      return switch (this) {
        case NONE -> DoubleUnaryOperator.identity();
        case UNIT_LENGTH -> {
          double length = length(weights);
          yield length == 0 ? DoubleUnaryOperator.identity() : weight -> weight / length;
        }
      };
    }

    private static double length(double[] weights) {
      double squares = 0;
      for (double weight : weights) {
        squares += weight * weight;
      }
      return Math.sqrt(squares);
    }
  }
}
