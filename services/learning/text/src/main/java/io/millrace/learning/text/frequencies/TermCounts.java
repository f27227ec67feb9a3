package io.millrace.learning.text.frequencies;

import java.util.List;
import java.util.SortedMap;

/**
 * How often each term is in a document. Immutable.
 *
 * <p>Terms are each there once, in ascending order of their UTF-16 code units, as {@link
 * String#compareTo} has it; counts are at least 1.
 */
public final class TermCounts {

  private final List<String> terms;
  private final int[] counts;

  private TermCounts(List<String> terms, int[] counts) {
    this.terms = terms;
    this.counts = counts;
  }

  /**
   * Counts that were sorted before.
   *
   * @param terms ascending, each once
   * @param counts one for each term, at least 1
   */
  public static TermCounts of(List<String> terms, int... counts) {
    if (terms.size() != counts.length) {
      throw new IllegalArgumentException(
          "as many counts as terms, was " + counts.length + " for " + terms.size());
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
