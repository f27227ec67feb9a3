package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.List;

/**
 * Selects the terms with the lowest document frequencies:
 *
 * <ol>
 *   <li>Count the terms of each document frequency, up to {@value #FREQUENT}.
 *   <li>Select all terms below the frequency at which the sum of the counts reaches the number
 *       wanted.
 *   <li>Fill up with terms of that frequency, in an order that differs in every round, so that it
 *       is not always the same terms that stay. The order depends on the texts alone, not on places
 *       in a table, which differ from process to process.
 * </ol>
 */
final class LeastFrequentTerms {

  /** Terms of this and higher frequencies are taken for equal. */
  private static final int FREQUENT = 1024;

  private static final int BUCKET_BITS = 12;

  private LeastFrequentTerms() {}

  /**
   * Selects terms.
   *
   * @param count how many, at most as many as have documents
   * @param round the number of the round of evictions
   */
  static List<Term> select(TermHashTable<Term> table, int count, int round) {
    int[] withSoMany = new int[FREQUENT + 1];
    table.forEach(term -> withSoMany[documents(term)]++);
    withSoMany[0] = 0;
    int last = bucket(withSoMany, count);
    List<Term> rarest = new ArrayList<>(count);
    List<Term> equal = new ArrayList<>(withSoMany[last]);
    table.forEach(term -> {
      int documents = documents(term);
      if (documents > 0 && documents < last) {
        rarest.add(term);
      } else if (documents == last) {
        equal.add(term);
      }
    });
    rarest.addAll(first(equal, count - rarest.size(), round));
    return rarest;
  }

  private static int documents(Term term) {
    return Math.min(term.docFreq, FREQUENT);
  }

  /** The bucket at which the sum of sizes reaches a count. */
  private static int bucket(int[] sizes, int count) {
    int at = 0;
    for (int sum = sizes[0]; sum < count; sum += sizes[at]) {
      at++;
    }
    return at;
  }

  /** The first terms in the order of a round, without sorting all. */
  private static List<Term> first(List<Term> terms, int count, int round) {
    int[] sizes = new int[1 << BUCKET_BITS];
    for (Term term : terms) {
      sizes[bucket(term, round)]++;
    }
    int last = bucket(sizes, count);
    List<Term> first = new ArrayList<>(count);
    List<Term> sorted = new ArrayList<>(sizes[last]);
    for (Term term : terms) {
      int bucket = bucket(term, round);
      if (bucket < last) {
        first.add(term);
      } else if (bucket == last) {
        sorted.add(term);
      }
    }
    sorted.sort(Term::compare);
    first.addAll(sorted.subList(0, count - first.size()));
    return first;
  }

  /** By Fibonacci hashing (Knuth, volume 3, section 6.4) of the round and of how a text begins. */
  private static int bucket(Term term, int round) {
    long mixed = (term.prefix ^ term.length ^ (long) round << Integer.SIZE) * 0x9e3779b97f4a7c15L;
    return (int)
        ((mixed ^ mixed >>> Integer.SIZE) * 0x9e3779b97f4a7c15L >>> Long.SIZE - BUCKET_BITS);
  }
}
