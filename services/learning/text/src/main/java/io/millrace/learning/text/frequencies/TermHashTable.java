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

  /** At least so many places for a term: a guess is mostly right then. */
  private static final int SPARSE = 4;

  private @Nullable TermKey[] terms = new @Nullable TermKey[SMALLEST];
  private int size;

  /** What was read ahead, so that the compiler cannot leave it out. */
  private int touched;

  int size() {
    return size;
  }

  /** The term of that text, or null. */
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

  /** The term of the same text as another, or null. */
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
   * Where the texts that are put by may be: what is at the place of each, mostly its term, else
   * another or null. To be asked before they are looked up: the processor waits for all these
   * places, and then for all that lies there, at once, and finds it at hand afterwards.
   *
   * @param guesses one for each
   */
  void prefetch(TermTextBuffer texts, @Nullable TermKey[] guesses) {
    int mask = terms.length - 1;
    int[] all = texts.hashes();
    int count = texts.size();
    for (int i = 0; i < count; i++) {
      guesses[i] = terms[all[i] & mask];
    }
    int read = 0;
    for (int i = 0; i < count; i++) {
      TermKey guess = guesses[i];
      read += guess == null ? 0 : guess.hash;
    }
    touched = read;
  }

  /** The term of the text in hand, or null. */
  @Nullable T find(TermTextBuffer text, @Nullable TermKey guess) {
    return guess != null && text.matches(guess) ? ours(guess) : find(text);
  }

  @SuppressWarnings("unchecked") // Only what add was given is in the array.
  private T ours(TermKey term) {
    return (T) term;
  }

  /** Adds a term; there must be none of its text. */
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

  /** Takes a term away that is here. */
  void remove(T term) {
    int mask = terms.length - 1;
    int hole = term.hash & mask;
    while (terms[hole] != term) {
      hole = hole + 1 & mask;
    }
    int at = hole;
    for (TermKey next = next(at, mask); next != null; next = next(at, mask)) {
      at = at + 1 & mask;
      int home = next.hash & mask;
      // It may move into the hole unless its home lies between the hole and where it is.
      if ((at - home & mask) >= (at - hole & mask)) {
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

  /** Takes all terms away. */
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

  /** Shows all terms, in an order that another process need not have. */
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
