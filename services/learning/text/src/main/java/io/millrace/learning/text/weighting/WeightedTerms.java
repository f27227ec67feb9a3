package io.millrace.learning.text.weighting;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.Term;
import java.util.ArrayList;
import java.util.List;

/**
 * A document as weighted terms: a {@link SparseVector} with the terms of a {@link
 * DocumentFrequencyTable} instead of strings. Each term is there once, in ascending order of UTF-16
 * code units.
 */
public final class WeightedTerms {

  private final Term[] terms;
  private final double[] weights;
  private final int size;

  /** Takes the arrays over; they are sorted and must not be changed. */
  WeightedTerms(Term[] terms, double[] weights, int size) {
    this.terms = terms;
    this.weights = weights;
    this.size = size;
  }

  /** How many terms there are. */
  public int size() {
    return size;
  }

  /** The term at a place. */
  public Term term(int place) {
    return terms[place];
  }

  /** The weight of the term at a place. */
  public double weight(int place) {
    return weights[place];
  }

  /** The same vector with strings. */
  public SparseVector vector() {
    List<String> texts = new ArrayList<>(size);
    List<Double> copies = new ArrayList<>(size);
    for (int place = 0; place < size; place++) {
      texts.add(terms[place].text());
      copies.add(weights[place]);
    }
    return new SparseVector(texts, copies);
  }
}
