package io.millrace.learning.text.frequencies;

import java.util.Arrays;

/**
 * Builds a bag from terms and counts that were stored: first the terms, ascending, each once, then
 * as many counts. Reusable; not thread-safe.
 */
public final class TermBagBuilder {

  private static final int FIRST_ROOM = 256;

  private final TermLookup lookup;
  private final TermTextBuffer text = new TermTextBuffer();
  private Term[] terms = new Term[FIRST_ROOM];
  private int[] counts = new int[FIRST_ROOM];
  private int size;
  private int counted;

  /** A builder that looks terms up in a table, without changing it. */
  public TermBagBuilder(DocumentFrequencyTable frequencies) {
    this.lookup = new TermLookup(frequencies);
  }

  /** Adds a term: its text in UTF-8, the first bytes of an array. */
  public void term(byte[] utf8, int length) {
    if (size == terms.length) {
      terms = Arrays.copyOf(terms, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    text.set(utf8, length);
    Term term = lookup.find(text);
    if (size > 0 && Term.compare(terms[size - 1], term) >= 0) {
      throw new IllegalArgumentException(
          "terms must ascend: " + term + " after " + terms[size - 1]);
    }
    terms[size++] = term;
  }

  /** Adds the count of the first term without one. */
  public void count(int count) {
    if (count < 1 || counted == size) {
      throw new IllegalArgumentException(
          "a count must be >= 1 and there must be one for each term, was " + count);
    }
    counts[counted++] = count;
  }

  /** Builds the bag; the builder is empty afterwards. */
  public TermBag build() {
    try {
      if (counted != size) {
        throw new IllegalArgumentException(
            "there must be one count for each term, was " + counted + " for " + size);
      }
      return new TermBag(Arrays.copyOf(terms, size), Arrays.copyOf(counts, size));
    } finally {
      clear();
    }
  }

  /** Removes what was added since the last bag. */
  public void clear() {
    size = 0;
    counted = 0;
    if (terms.length > FIRST_ROOM) {
      terms = new Term[FIRST_ROOM];
      counts = new int[FIRST_ROOM];
    }
    lookup.clear();
  }
}
