package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.List;

/** Chooses the terms that the fewest documents hold. */
final class Rarest {

  /** Terms of so many documents and more are taken for equal. */
  private static final int FREQUENT = 1024;

  private Rarest() {}

  /**
   * The rarest terms. Of those that are equal, the first from a place on, so that it is not always
   * the same who stay.
   *
   * @param count how many, at most as many as some document holds
   * @param from the place
   */
  static List<Term> of(TermTable<Term> table, int count, int from) {
    int[] withSoMany = new int[FREQUENT + 1];
    table.forEach(0, term -> withSoMany[documents(term)]++);
    int last = 0;
    int rarer = 0;
    do {
      last++;
      rarer += withSoMany[last];
    } while (rarer < count);
    int limit = last;
    int[] left = {count - (rarer - withSoMany[last])};
    List<Term> rarest = new ArrayList<>(count);
    // A stride that is odd and large goes round the whole table before it comes near again.
    table.forEach(
        from * 0x9e3779b1,
        term -> {
          int documents = documents(term);
          if (documents > 0 && (documents < limit || documents == limit && left[0]-- > 0)) {
            rarest.add(term);
          }
        });
    return rarest;
  }

  private static int documents(Term term) {
    return Math.min(term.documents, FREQUENT);
  }
}
