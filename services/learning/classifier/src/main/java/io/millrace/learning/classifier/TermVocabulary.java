package io.millrace.learning.classifier;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The terms that have a row, within a bound. A term gets a row from the first document that has it.
 * When there is no free row ({@link #observe}):
 *
 * <ol>
 *   <li>The terms that are not in the current batch are sorted: by count, that is in how many
 *       documents they occurred; equal ones by the batch that last had them, then by row.
 *   <li>The first of them are evicted, at most an eighth of the capacity.
 *   <li>The counts of all others shrink by an eighth, so that terms that were common long ago are
 *       evicted in the end.
 *   <li>If all terms are in the current batch, nothing is evicted and the new term is ignored.
 * </ol>
 *
 * <p>Free rows are used again, the lowest first: what happens depends on the documents and their
 * order alone. O(1) a term, O(capacity · log capacity) an eviction, which comes at most once for an
 * eighth of the capacity. Not thread-safe.
 */
final class TermVocabulary {

  /** No row. */
  static final int NONE = TermTable.NONE;

  /** An eviction frees one part in 8 of the capacity, and counts shrink by one part in 8. */
  private static final int SHARE = 8;

  /** Is told when a term gets a row. */
  interface RowListener {
    void rowAssigned(int row, String term);
  }

  private final int capacity;
  private final RowListener listener;
  private final TermTable rows = new TermTable();
  private final int[] counts;
  private final long[] lastSeen;
  private final BitSet changed = new BitSet();
  private int limit;
  private int lowestFree;
  private long fullInBatch = -1;
  private long admitted;
  private long evicted;
  private long ignored;

  TermVocabulary(int capacity, RowListener listener) {
    this.capacity = capacity;
    this.listener = listener;
    this.counts = new int[capacity];
    this.lastSeen = new long[capacity];
  }

  /** Terms that have a row. */
  int size() {
    return rows.size();
  }

  /** All rows in use are below this number. */
  int limit() {
    return limit;
  }

  /** Times that a term got a row, over the classifier's life. */
  long admitted() {
    return admitted;
  }

  /** Terms evicted, over the classifier's life. */
  long evicted() {
    return evicted;
  }

  /** Times that a term got no row: not valid in a model file, or no room within one batch. */
  long ignored() {
    return ignored;
  }

  void restoreTotals(long admitted, long evicted, long ignored) {
    this.admitted = admitted;
    this.evicted = evicted;
    this.ignored = ignored;
  }

  /** The row of the term at a place of a document, or {@link #NONE}. */
  int row(TermVector document, int place) {
    return rows.row(document, place);
  }

  /** Whether a term has this row. */
  boolean isRowUsed(int row) {
    return rows.isUsed(row);
  }

  /** The terms in the order of their rows. */
  List<String> terms() {
    return IntStream.range(0, limit).filter(this::isRowUsed).mapToObj(rows::term).toList();
  }

  /** The number of documents with the term of a row, less what evictions subtracted. */
  int count(int row) {
    return counts[row];
  }

  /** The batch that last had the term of a row. */
  long lastSeen(int row) {
    return lastSeen[row];
  }

  /** The rows whose term was observed or evicted since this set was cleared. */
  BitSet changed() {
    return changed;
  }

  /**
   * Observes the term at a place of a document of a batch. Terms of the same batch are not evicted
   * for each other, so that rows keep their terms throughout a batch.
   *
   * @param batch an ascending number, another one for each batch
   * @return the term's row, or {@link #NONE} if it gets none
   */
  int observe(TermVector document, int place, long batch) {
    int row = rows.row(document, place);
    if (row == NONE) {
      row = admit(document.term(place), batch);
    }
    if (row != NONE) {
      counts[row] = Math.min(counts[row], Integer.MAX_VALUE - 1) + 1;
      lastSeen[row] = batch;
      changed.set(row);
    }
    return row;
  }

  /**
   * The row of a term that is learned from again, or {@link #NONE}; it counts as changed, the term
   * not as observed.
   */
  int revisit(TermVector document, int place) {
    int row = rows.row(document, place);
    if (row != NONE) {
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
    rows.put(term, lowestFree);
    assign(lowestFree);
    admitted++;
    listener.rowAssigned(lowestFree, term);
    return lowestFree;
  }

  private void assign(int row) {
    counts[row] = 0;
    limit = Math.max(limit, row + 1);
  }

  /** Evicts terms; returns false if all terms are of this batch. */
  private boolean evict(long batch) {
    if (fullInBatch == batch) {
      return false;
    }
    int[] candidates = candidates(batch);
    if (candidates.length == 0) {
      fullInBatch = batch;
      return false;
    }
    int room = Math.min(candidates.length, Math.max(1, capacity / SHARE));
    leastFirst(candidates, room);
    for (int i = 0; i < room; i++) {
      rows.remove(candidates[i]);
    }
    for (int row = 0; row < limit; row++) {
      counts[row] -= counts[row] / SHARE;
    }
    evicted += room;
    lowestFree = 0;
    changed.set(0, limit);
    return true;
  }

  /** The rows in use whose terms are not in the current batch, ascending. */
  private int[] candidates(long batch) {
    int[] candidates = new int[rows.size()];
    int n = 0;
    for (int row = 0; row < limit; row++) {
      if (isRowUsed(row) && lastSeen[row] < batch) {
        candidates[n++] = row;
      }
    }
    return Arrays.copyOf(candidates, n);
  }

  /**
   * Brings the rows to evict to the front: those below some count, and of those with that count the
   * ones unseen for longest.
   */
  private void leastFirst(int[] candidates, int room) {
    int bound = countOfTheLast(candidates, room);
    int n = 0;
    long[] equal = new long[candidates.length];
    int equals = 0;
    for (int row : candidates) {
      if (counts[row] < bound) {
        candidates[n++] = row;
      } else if (counts[row] == bound) {
        equal[equals++] = lastSeen[row] * OnlineClassifierConfig.MAX_VOCABULARY + row;
      }
    }
    Arrays.sort(equal, 0, equals);
    for (int i = 0; n < room; i++) {
      candidates[n++] = (int) (equal[i] & OnlineClassifierConfig.MAX_VOCABULARY - 1);
    }
  }

  /** The count of the last of the first {@code room} rows, were they in ascending order of it. */
  private int countOfTheLast(int[] candidates, int room) {
    int[] ascending = new int[candidates.length];
    for (int i = 0; i < ascending.length; i++) {
      ascending[i] = counts[candidates[i]];
    }
    Arrays.sort(ascending);
    return ascending[room - 1];
  }

  /** Restores a row of a fresh vocabulary. */
  void restore(int row, String term, int count, long batch) {
    if (row >= capacity || isRowUsed(row) || !rows.put(term, row)) {
      throw new IllegalArgumentException("the checkpoint has row " + row + " or its term twice");
    }
    assign(row);
    counts[row] = count;
    lastSeen[row] = batch;
  }
}
