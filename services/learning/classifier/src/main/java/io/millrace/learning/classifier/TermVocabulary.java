package io.millrace.learning.classifier;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The terms that have a row, within a bound. A term has one from the first document that holds it.
 * When there is no room, an eighth of the terms is forgotten: those in the fewest documents, among
 * equals those unseen for longest; and the counts of the others shrink by an eighth, so that what
 * was common long ago gives way in the end. Free rows are used again, the lowest first: what
 * happens depends on the documents and their order alone.
 *
 * <p>O(1) a term, O(capacity · log capacity) an eviction, which comes at most once for an eighth of
 * the capacity. Not thread-safe.
 */
final class TermVocabulary {

  /** No row. */
  static final int NONE = -1;

  /** What an eviction frees, and by what counts then shrink: one part of so many. */
  private static final int SHARE = 8;

  /** Hears when a term gets a row. */
  interface RowListener {
    void rowAssigned(int row, String term);
  }

  private final int capacity;
  private final RowListener listener;
  private final Map<String, Integer> rows = new HashMap<>();
  private final String[] terms;
  private final int[] counts;
  private final long[] lastSeen;
  private final BitSet changed = new BitSet();
  private int limit;
  private int lowestFree;
  private long fullInBatch = -1;
  private long admitted;
  private long evicted;
  private long ignored;

  TermVocabulary(int capacity, RowListener births) {
    this.capacity = capacity;
    this.listener = births;
    this.terms = new String[capacity];
    this.counts = new int[capacity];
    this.lastSeen = new long[capacity];
  }

  /** Terms that have a row. */
  int size() {
    return rows.size();
  }

  /** Rows below this one may be in use, no others. */
  int limit() {
    return limit;
  }

  /** Terms that got a row, over all time. */
  long admitted() {
    return admitted;
  }

  /** Terms forgotten for want of room, over all time. */
  long evicted() {
    return evicted;
  }

  /** Times that a term got no row: not fit for a file, or no room within one batch. */
  long ignored() {
    return ignored;
  }

  void restoreTotals(long admitted, long evicted, long ignored) {
    this.admitted = admitted;
    this.evicted = evicted;
    this.ignored = ignored;
  }

  /** The row of a term, or {@link #NONE}. */
  int row(String term) {
    return rows.getOrDefault(term, NONE);
  }

  /** Whether a term has this row. */
  boolean isRowUsed(int row) {
    return terms[row] != null;
  }

  /** The terms in the order of their rows. */
  List<String> terms() {
    return IntStream.range(0, limit).filter(this::isRowUsed).mapToObj(row -> terms[row]).toList();
  }

  /** In how many documents the term of a row was met, less what evictions took off. */
  int count(int row) {
    return counts[row];
  }

  /** The batch that last held the term of a row. */
  long lastSeen(int row) {
    return lastSeen[row];
  }

  /** The rows that were met or set free since this was cleared. */
  BitSet changed() {
    return changed;
  }

  /**
   * A document of a batch holds a term. Terms met in the same batch are never forgotten for others,
   * so that its rows stay whose they are.
   *
   * @param batch another number for each batch, ascending
   * @return its row, or {@link #NONE} if it gets none
   */
  int observe(String term, long batch) {
    int row = row(term);
    if (row == NONE) {
      row = admit(term, batch);
    }
    if (row != NONE) {
      counts[row] = Math.min(counts[row], Integer.MAX_VALUE - 1) + 1;
      lastSeen[row] = batch;
      changed.set(row);
    }
    return row;
  }

  private int admit(String term, long batch) {
    if (!NameListCodec.isUsable(term, NameListCodec.MAX_TERM_LENGTH)
        || (rows.size() == capacity && !evict(batch))) {
      ignored++;
      return NONE;
    }
    while (isRowUsed(lowestFree)) {
      lowestFree++;
    }
    assign(lowestFree, term);
    admitted++;
    listener.rowAssigned(lowestFree, term);
    return lowestFree;
  }

  private void assign(int row, String term) {
    terms[row] = term;
    counts[row] = 0;
    rows.put(term, row);
    limit = Math.max(limit, row + 1);
  }

  /** Makes room; false if all terms are of this batch. */
  private boolean evict(long batch) {
    if (fullInBatch == batch) {
      return false;
    }
    List<Integer> least = new ArrayList<>();
    for (int row = 0; row < limit; row++) {
      if (isRowUsed(row) && lastSeen[row] < batch) {
        least.add(row);
      }
    }
    if (least.isEmpty()) {
      fullInBatch = batch;
      return false;
    }
    least.sort(this::compare);
    int room = Math.min(least.size(), Math.max(1, capacity / SHARE));
    least.subList(0, room).forEach(this::remove);
    for (int row = 0; row < limit; row++) {
      counts[row] -= counts[row] / SHARE;
    }
    evicted += room;
    lowestFree = 0;
    changed.set(0, limit);
    return true;
  }

  private int compare(int a, int b) {
    if (counts[a] != counts[b]) {
      return Integer.compare(counts[a], counts[b]);
    }
    return lastSeen[a] == lastSeen[b]
        ? Integer.compare(a, b)
        : Long.compare(lastSeen[a], lastSeen[b]);
  }

  private void remove(int row) {
    rows.remove(terms[row]);
    terms[row] = null;
  }

  /** Gives a row of a fresh vocabulary its term again, as it was. */
  void restore(int row, String term, int count, long batch) {
    if (row >= capacity || isRowUsed(row) || rows.containsKey(term)) {
      throw new IllegalArgumentException("the state gives row " + row + " or its term twice");
    }
    assign(row, term);
    counts[row] = count;
    lastSeen[row] = batch;
  }
}
