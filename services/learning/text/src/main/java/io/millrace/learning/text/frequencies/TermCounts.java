package io.millrace.learning.text.frequencies;

import java.util.List;
import java.util.SortedMap;

/**
 * A document as a bag of words: how often it has each of its terms. Immutable.
 *
 * <p>Each term is there once, in ascending order of UTF-16 code units ({@link String#compareTo});
 * counts are at least 1.
 */
public final class TermCounts {

  private final List<String> terms;
  private final int[] counts;

  private TermCounts(List<String> terms, int[] counts) {
    this.terms = terms;
    this.counts = counts;
  }

  /**
   * Counts of sorted terms.
   *
   * @param terms ascending, each once
   * @param counts one for each term, at least 1
   */
  public static TermCounts of(List<String> terms, int... counts) {
    if (terms.size() != counts.length) {
      throw new IllegalArgumentException(
          "there must be one count for each term, was " + counts.length + " for " + terms.size());
    }
    var copy = new TermCounts(List.copyOf(terms), counts.clone());
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 1) {
        throw new IllegalArgumentException("a count must be >= 1, was " + counts[i]);
      }
      if (i > 0 && copy.terms.get(i - 1).compareTo(copy.terms.get(i)) >= 0) {
        throw new IllegalArgumentException(
            "terms must ascend: " + copy.terms.get(i) + " after " + copy.terms.get(i - 1));
      }
    }
    return copy;
  }

  static TermCounts of(SortedMap<String, Integer> counts) {
    return new TermCounts(
        List.copyOf(counts.keySet()), counts.values().stream().mapToInt(i -> i).toArray());
  }

  /** How many different terms there are. */
  public int size() {
    return counts.length;
  }

  /** The terms, ascending. */
  public List<String> terms() {
    return terms;
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
}
