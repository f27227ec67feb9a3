package io.millrace.learning.text.frequencies;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Terms by their text in UTF-8, looked up without making a string of it: open addressing with
 * linear probing, at most a quarter full (Knuth, "The Art of Computer Programming" volume 3,
 * section 6.4, algorithms L and R). Not thread-safe.
 */
final class TermHashTable<T extends TermKey> {

  private static final int SMALLEST = 256;

  /** The fewest places for each entry: an entry is then mostly at the first place. */
  private static final int SPARSE = 4;

  private @Nullable TermKey[] terms = new @Nullable TermKey[SMALLEST];
  private int size;

  /** Keeps the compiler from removing the reads ahead. */
  private int touched;

  int size() {
    return size;
  }

  /** The term of the selected text, or null. */
  @Nullable T find(TermTextBuffer text) {
    int mask = terms.length - 1;
    for (int at = text.hash() & mask; ; at = at + 1 & mask) {
      TermKey term = terms[at];
      if (term == null) {
        return null;
      }
      if (text.matches(term)) {
        return ours(term);
      }
    }
  }

  /** The term of the same text as an entry of another table, or null. */
  @Nullable T find(TermKey same) {
    int mask = terms.length - 1;
    for (int at = same.hash & mask; ; at = at + 1 & mask) {
      TermKey term = terms[at];
      if (term == null) {
        return null;
      }
      if (term.hasSameText(same)) {
        return ours(term);
      }
    }
  }

  /**
   * Reads the first place of each buffered text ahead: mostly its term, else another or null. So
   * the processor's cache misses, first of the places and then of the terms, overlap.
   *
   * @param candidates what is at the place of each text
   */
  void prefetch(TermTextBuffer texts, @Nullable TermKey[] candidates) {
    int mask = terms.length - 1;
    int[] all = texts.hashes();
    int count = texts.size();
    for (int i = 0; i < count; i++) {
      candidates[i] = terms[all[i] & mask];
    }
    int read = 0;
    for (int i = 0; i < count; i++) {
      TermKey candidate = candidates[i];
      read += candidate == null ? 0 : candidate.hash;
    }
    touched = read;
  }

  /** The term of the selected text, or null; tries a candidate first. */
  @Nullable T find(TermTextBuffer text, @Nullable TermKey candidate) {
    return candidate != null && text.matches(candidate) ? ours(candidate) : find(text);
  }

  @SuppressWarnings("unchecked") // Only what add was given is in the array.
  private T ours(TermKey term) {
    return (T) term;
  }

  /** Adds a term; there must be none of the same text. */
  void add(T term) {
    if (SPARSE * (size + 1) > terms.length) {
      resize(2 * terms.length);
    }
    place(term);
    size++;
  }

  private void place(TermKey term) {
    int mask = terms.length - 1;
    int at = term.hash & mask;
    while (terms[at] != null) {
      at = at + 1 & mask;
    }
    terms[at] = term;
  }

  /** Removes a term of this table. */
  void remove(T term) {
    int mask = terms.length - 1;
    int hole = term.hash & mask;
    while (terms[hole] != term) {
      hole = hole + 1 & mask;
    }
    int at = hole;
    for (TermKey next = next(at, mask); next != null; next = next(at, mask)) {
      at = at + 1 & mask;
      int first = next.hash & mask;
      // It may move into the hole unless its first place lies between the hole and where it is.
      if ((at - first & mask) >= (at - hole & mask)) {
        terms[hole] = next;
        hole = at;
      }
    }
    terms[hole] = null;
    size--;
    if (terms.length > SMALLEST && 4 * SPARSE * size < terms.length) {
      resize(terms.length / 2);
    }
  }

  private @Nullable TermKey next(int at, int mask) {
    return terms[at + 1 & mask];
  }

  /** Removes all terms. */
  void clear() {
    if (size > 0) {
      if (terms.length > SMALLEST) {
        terms = new @Nullable TermKey[SMALLEST];
      } else {
        Arrays.fill(terms, null);
      }
      size = 0;
    }
  }

  /** Visits all terms, in an order that differs between processes. */
  void forEach(Consumer<T> action) {
    for (TermKey term : terms) {
      if (term != null) {
        action.accept(ours(term));
      }
    }
  }

  private void resize(int length) {
    @Nullable TermKey[] before = terms;
    terms = new @Nullable TermKey[length];
    for (TermKey term : before) {
      if (term != null) {
        place(term);
      }
    }
  }
}
