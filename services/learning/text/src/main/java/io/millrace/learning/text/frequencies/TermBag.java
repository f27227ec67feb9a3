package io.millrace.learning.text.frequencies;

import java.util.Arrays;
import java.util.List;

/**
 * A document as a bag of words: how often it has each of its terms. {@link TermCounts} with the
 * terms of a {@link DocumentFrequencyTable} instead of strings.
 *
 * <p>Each term is there once, in ascending order of UTF-16 code units; counts are at least 1.
 */
public final class TermBag {

  public static final TermBag EMPTY = new TermBag(new Term[0], new int[0]);

  private final Term[] terms;
  private final int[] counts;

  /** Takes the arrays over; they are sorted and must not be changed. */
  TermBag(Term[] terms, int[] counts) {
    this.terms = terms;
    this.counts = counts;
  }

  /** How many different terms there are. */
  public int size() {
    return terms.length;
  }

  /** The term at a place. */
  public Term term(int place) {
    return terms[place];
  }

  /** Replaces a term by another of the same text. */
  void replace(int place, Term same) {
    terms[place] = same;
  }

  /** How often the term at a place is in the document. */
  public int count(int place) {
    return counts[place];
  }

  /** How many tokens the document has: the sum of all counts. */
  public long tokens() {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  /** How many bytes its terms have in UTF-8. */
  public long bytes() {
    long sum = 0;
    for (Term term : terms) {
      sum += term.bytes();
    }
    return sum;
  }

  /** The texts of the terms, ascending. */
  public List<String> texts() {
    return Arrays.stream(terms).map(Term::text).toList();
  }

  /** The same counts with strings. */
  public TermCounts counts() {
    return TermCounts.of(texts(), counts);
  }
}
