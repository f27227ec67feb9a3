package io.millrace.learning.text;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Terms by their text in UTF-8, looked up without making a string of it: open addressing with
 * linear probing, hashes beside the terms, at most half full (Knuth, "The Art of Computer
 * Programming" volume 3, section 6.4, algorithms L and R). Not thread-safe.
 */
final class TermTable {

  private static final int SMALLEST = 256;

  private @Nullable Term[] terms = new @Nullable Term[SMALLEST];
  private int[] hashes = new int[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** The term of that text, or null. */
  @Nullable Term find(TermText text) {
    int mask = terms.length - 1;
    int hash = text.hash();
    for (int at = hash & mask; ; at = at + 1 & mask) {
      Term term = terms[at];
      if (term == null) {
        return null;
      }
      if (hashes[at] == hash && text.isThatOf(term)) {
        return term;
      }
    }
  }

  /** The term of the same text as another, or null. */
  @Nullable Term find(Term same) {
    int mask = terms.length - 1;
    for (int at = same.hash & mask; ; at = at + 1 & mask) {
      Term term = terms[at];
      if (term == null || hashes[at] == same.hash && Term.compare(term, same) == 0) {
        return term;
      }
    }
  }

  /** Adds a term; there must be none of its text. */
  void add(Term term) {
    if (2 * (size + 1) > terms.length) {
      resize(2 * terms.length);
    }
    place(term);
    size++;
  }

  private void place(Term term) {
    int mask = terms.length - 1;
    int at = term.hash & mask;
    while (terms[at] != null) {
      at = at + 1 & mask;
    }
    terms[at] = term;
    hashes[at] = term.hash;
  }

  /** Takes a term away that is here. */
  void remove(Term term) {
    int mask = terms.length - 1;
    int hole = term.hash & mask;
    while (terms[hole] != term) {
      hole = hole + 1 & mask;
    }
    for (int at = hole + 1 & mask; terms[at] != null; at = at + 1 & mask) {
      int home = hashes[at] & mask;
      // It may move into the hole unless its home lies between the hole and where it is.
      if ((at - home & mask) >= (at - hole & mask)) {
        terms[hole] = terms[at];
        hashes[hole] = hashes[at];
        hole = at;
      }
    }
    terms[hole] = null;
    size--;
    if (terms.length > SMALLEST && 8 * size < terms.length) {
      resize(terms.length / 2);
    }
  }

  /** Takes all terms away. */
  void clear() {
    if (size > 0) {
      if (terms.length > SMALLEST) {
        terms = new @Nullable Term[SMALLEST];
        hashes = new int[SMALLEST];
      } else {
        Arrays.fill(terms, null);
      }
      size = 0;
    }
  }

  /** Shows all terms, round from a place, which may be any number. */
  void forEach(int from, Consumer<Term> action) {
    int mask = terms.length - 1;
    for (int i = 0; i < terms.length; i++) {
      Term term = terms[from + i & mask];
      if (term != null) {
        action.accept(term);
      }
    }
  }

  private void resize(int length) {
    @Nullable Term[] before = terms;
    terms = new @Nullable Term[length];
    hashes = new int[length];
    for (Term term : before) {
      if (term != null) {
        place(term);
      }
    }
  }
}
