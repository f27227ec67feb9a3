package io.millrace.learning.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.core.TermHash;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of terms, looked up by the text in UTF-8: open addressing with linear probing, at most
 * half full (Knuth, "The Art of Computer Programming" volume 3, section 6.4, algorithms L and R).
 * Beside the row a slot holds the hash, the length and the first eight bytes, so that short terms
 * are compared where they are found, and longer ones elsewhere only if they are likely equal. Safe
 * for several readers while nobody writes.
 */
final class TermTable {

  /** No row. */
  static final int NONE = -1;

  private static final int SMALLEST = 64;

  private static final byte[] NO_TEXT = {};

  /** A slot without a term: the length of a term is not 0. */
  private static final long FREE = 0;

  /** The words of a slot: hash, length and row; then the prefix. */
  private static final int WORDS = 2;

  /** The row has 24 bits, the length 8, the hash 32. */
  private static final int LENGTH_SHIFT = 24;

  private static final int ROW_MASK = (1 << LENGTH_SHIFT) - 1;

  private static final List<Double> WEIGHT = List.of(1.0);

  private long[] slots = new long[SMALLEST * WORDS];

  /** The terms by row in UTF-8; that of a free row is empty. */
  private byte[][] texts = new byte[0][];

  private int size;

  /** The number of terms. */
  int size() {
    return size;
  }

  /** The row of the term at a place of a vector, or {@link #NONE}. */
  int row(TermVector terms, int place) {
    int mask = mask();
    int length = terms.length(place);
    long wanted = slot(terms.hash(place), length, 0);
    for (int at = homeSlot(wanted) & mask; ; at = at + 1 & mask) {
      long slot = slots[WORDS * at];
      if (slot == FREE) {
        return NONE;
      }
      if ((slot & ~ROW_MASK) == wanted && slots[WORDS * at + 1] == terms.prefix(place)) {
        int row = (int) slot & ROW_MASK;
        if (length <= Long.BYTES || terms.matches(place, texts[row])) {
          return row;
        }
      }
    }
  }

  private int mask() {
    return slots.length / WORDS - 1;
  }

  /** The first word of a slot; lengths that eight bits cannot hold count as the greatest. */
  private static long slot(int hash, int length, int row) {
    return (long) hash << Integer.SIZE | (long) Math.min(length, 255) << LENGTH_SHIFT | row;
  }

  private static int homeSlot(long slot) {
    return (int) (slot >>> Integer.SIZE);
  }

  private byte[] text(int row) {
    if (!isUsed(row)) {
      throw new IllegalArgumentException("row " + row + " has no term");
    }
    return texts[row];
  }

  /** Whether a term has this row. */
  boolean isUsed(int row) {
    return row < texts.length && texts[row].length > 0;
  }

  /** The term of a row that is used. */
  String term(int row) {
    return new String(text(row), UTF_8);
  }

  /**
   * Gives a term a row that no other has; returns false if the term has one already, which it
   * keeps.
   *
   * @param term not empty
   * @param row below 2^24
   */
  boolean put(String term, int row) {
    if (row < 0 || row > ROW_MASK) {
      throw new IllegalArgumentException("row must be in [0, " + ROW_MASK + "], was " + row);
    }
    TermVector vector = TermVector.of(List.of(term), WEIGHT);
    if (term.isEmpty() || row(vector, 0) != NONE) {
      return false;
    }
    if (2 * (size + 1) > slots.length / WORDS) {
      resize(2 * slots.length);
    }
    if (row >= texts.length) {
      int rows = texts.length;
      texts = Arrays.copyOf(texts, Math.max(row + 1, 2 * rows));
      Arrays.fill(texts, rows, texts.length, NO_TEXT);
    }
    texts[row] = term.getBytes(UTF_8);
    place(slot(vector.hash(0), vector.length(0), row), vector.prefix(0));
    size++;
    return true;
  }

  private void place(long slot, long prefix) {
    int mask = mask();
    int at = homeSlot(slot) & mask;
    while (slots[WORDS * at] != FREE) {
      at = at + 1 & mask;
    }
    set(at, slot, prefix);
  }

  private void set(int at, long slot, long prefix) {
    slots[WORDS * at] = slot;
    slots[WORDS * at + 1] = prefix;
  }

  /** Removes the term of a row that is used. */
  void remove(int row) {
    int mask = mask();
    byte[] text = text(row);
    int hole = TermHash.of(text, 0, text.length) & mask;
    while (((int) slots[WORDS * hole] & ROW_MASK) != row || slots[WORDS * hole] == FREE) {
      hole = hole + 1 & mask;
    }
    int at = hole + 1 & mask;
    for (long next = slots[WORDS * at]; next != FREE; next = slots[WORDS * at]) {
      // It may move into the hole unless its first place lies between the hole and where it is.
      if ((at - homeSlot(next) & mask) >= (at - hole & mask)) {
        set(hole, next, slots[WORDS * at + 1]);
        hole = at;
      }
      at = at + 1 & mask;
    }
    set(hole, FREE, 0);
    texts[row] = NO_TEXT;
    size--;
  }

  private void resize(int length) {
    long[] before = slots;
    slots = new long[length];
    for (int at = 0; at < before.length; at += WORDS) {
      if (before[at] != FREE) {
        place(before[at], before[at + 1]);
      }
    }
  }
}
