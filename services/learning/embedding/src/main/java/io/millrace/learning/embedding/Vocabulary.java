package io.millrace.learning.embedding;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words and how often each was met, within a bound: counts by Misra and Gries 1982, evicting in
 * bulk (Anderson et al. 2017, "A High-Performance Algorithm for Identifying Frequent Items in Data
 * Streams"). When there is no room, a cut is chosen that a share of the words does not exceed; all
 * counts are lowered by it and what reaches zero is forgotten. A count is thus never too high, and
 * too low by at most the sum of the cuts.
 *
 * <p>A word stands in a slot; once met often enough, it owns a row of the vector tables too, and
 * keeps it until it is evicted. Slots and rows are used again, the lowest first, so that their
 * assignment depends on nothing but what stands in the slots. O(1) a word, O(capacity · log
 * capacity) an eviction. Not thread-safe, but for {@link #slotOf}.
 */
final class Vocabulary {

  /** Longer words, in UTF-16 units, are noise: never counted. */
  static final int MAX_WORD_LENGTH = 64;

  private static final int NONE = -1;

  /** Hears when a word gets a row and when it loses it. */
  interface RowListener {
    void born(int row, String word);

    void died(int row, String word);
  }

  private final SkipGramConfig config;
  private final RowListener listener;
  private final NoiseDistribution noise = new NoiseDistribution();
  private final String[] words;
  private final long[] counts;
  private final int[] rows;
  private final WordIndex index;
  private final ChangedRows changed = new ChangedRows();
  private final Sampling sampling;
  private final boolean[] isMet;
  private final int[] kept;
  private int[] met = new int[Chunk.RUN];
  private int metCount;
  private int[] slots = new int[0];
  private int size;
  private int rowsInUse;
  private int lowestFreeSlot;
  private int lowestFreeRow;
  private long evicted;
  private long evictedMass;

  Vocabulary(SkipGramConfig config, RowListener listener) {
    this.config = config;
    this.listener = listener;
    this.words = new String[config.capacity()];
    this.counts = new long[config.capacity()];
    this.rows = new int[config.capacity()];
    this.sampling = new Sampling(config.sample());
    this.isMet = new boolean[config.capacity()];
    this.kept = new int[config.capacity()];
    this.index = new WordIndex(words);
    Arrays.fill(rows, NONE);
    changed.reserve(words.length);
  }

  /** Words that are counted. */
  int size() {
    return size;
  }

  /** Words that own a row. */
  int rowsInUse() {
    return rowsInUse;
  }

  /** One more than the highest row that was ever owned since the start or restore. */
  int rowLimit() {
    return slots.length;
  }

  /** Words forgotten for want of room, over all evictions. */
  long evicted() {
    return evicted;
  }

  /** How often the forgotten words had been met, by their counts. */
  long evictedMass() {
    return evictedMass;
  }

  /** Continues the sums of an earlier life. */
  void restoreEvicted(long words, long mass) {
    evicted = words;
    evictedMass = mass;
  }

  NoiseDistribution noise() {
    return noise;
  }

  /** The row of a word, or -1. */
  int rowOf(String word) {
    int slot = index.find(word);
    return slot == NONE ? NONE : rows[slot];
  }

  /** Whether a word owns this row. */
  boolean owned(int row) {
    return row < slots.length && slots[row] != NONE;
  }

  /** The word that owns a row. */
  String wordAt(int row) {
    return words[slots[row]];
  }

  /** The count of the word that owns a row. */
  long countAt(int row) {
    return counts[slots[row]];
  }

  /** The count of a word; 0 if it is not known. */
  long count(String word) {
    int slot = index.find(word);
    return slot == NONE ? 0 : counts[slot];
  }

  /**
   * The slot of a word, or -1 if it is not counted. Changes nothing: several threads may ask at
   * once.
   */
  int slotOf(String word) {
    return index.find(word);
  }

  /** Counts a word, given by its slot. */
  void meet(int slot) {
    counts[slot]++;
    if (!isMet[slot]) {
      isMet[slot] = true;
      if (metCount == met.length) {
        met = Arrays.copyOf(met, metCount * 2);
      }
      met[metCount++] = slot;
    }
  }

  /**
   * Counts a word that had no slot a moment ago. There must be room.
   *
   * @return its slot; -1 if it is none that can be counted
   */
  int meetNew(String word) {
    if (word.isEmpty() || word.length() > MAX_WORD_LENGTH) {
      return NONE;
    }
    int slot = index.find(word);
    if (slot == NONE) {
      if (!isText(word)) {
        return NONE;
      }
      slot = insert(word);
    }
    meet(slot);
    return slot;
  }

  /**
   * Ends a round of counting: words met often enough get a row, all that were met get their new
   * weights, and how much of them is kept.
   *
   * @param total words of the stream so far
   */
  void settle(long total) {
    for (int i = 0; i < metCount; i++) {
      int slot = met[i];
      isMet[slot] = false;
      changed.mark(slot);
      kept[slot] = sampling.kept(counts[slot], total);
      int row = rows[slot];
      if (row != NONE) {
        int moved = noise.change(row, NoiseDistribution.weight(counts[slot]));
        if (moved != NONE) {
          changed.mark(slots[moved]);
        }
      } else if (counts[slot] >= config.minCount()) {
        giveRow(slot);
      }
    }
    metCount = 0;
  }

  /**
   * How much of the word in a slot is kept, of {@link Sampling#ALL}; as of when it was last met.
   */
  int keptIn(int slot) {
    return kept[slot];
  }

  /** Half a pair of surrogates has no UTF-8: on a topic it would stand under another key. */
  private static boolean isText(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.isSurrogate(word.charAt(i))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(word);
      }
    }
    return true;
  }

  /**
   * Forgets the rarest words unless so many new ones fit.
   *
   * @return whether it did: slots are not what they were
   */
  boolean makeRoom(int newWords) {
    if (size + newWords <= words.length) {
      return false;
    }
    int free = Math.max(newWords, (int) (config.headroom() * words.length));
    evict(cut(size - (words.length - free)));
    return true;
  }

  /** The least count that so many words do not exceed. */
  private long cut(int leaving) {
    long[] sorted = new long[size];
    int n = 0;
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        sorted[n++] = counts[slot];
      }
    }
    Arrays.sort(sorted);
    return sorted[leaving - 1];
  }

  private void evict(long cut) {
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        if (counts[slot] <= cut) {
          evictedMass += counts[slot];
          counts[slot] = 0;
          forget(slot);
        } else {
          counts[slot] -= cut;
        }
      }
    }
    lowestFreeSlot = 0;
    lowestFreeRow = 0;
    changed.markAll();
    index.enterAll();
    noise.clear();
    for (int row = 0; row < slots.length; row++) {
      if (slots[row] != NONE) {
        noise.add(row, NoiseDistribution.weight(countAt(row)));
      }
    }
  }

  private void forget(int slot) {
    int row = rows[slot];
    if (row != NONE) {
      listener.died(row, words[slot]);
      slots[row] = NONE;
      rows[slot] = NONE;
      rowsInUse--;
    }
    words[slot] = null;
    size--;
    evicted++;
  }

  private int insert(String word) {
    while (words[lowestFreeSlot] != null) {
      lowestFreeSlot++;
    }
    words[lowestFreeSlot] = word;
    index.enter(lowestFreeSlot);
    size++;
    return lowestFreeSlot;
  }

  private void giveRow(int slot) {
    while (owned(lowestFreeRow)) {
      lowestFreeRow++;
    }
    own(slot, lowestFreeRow);
    noise.add(lowestFreeRow, NoiseDistribution.weight(counts[slot]));
    listener.born(lowestFreeRow, words[slot]);
  }

  private void own(int slot, int row) {
    if (row >= slots.length) {
      int used = slots.length;
      slots = Arrays.copyOf(slots, Math.min(words.length, Math.max(row + 1, used * 2)));
      Arrays.fill(slots, used, slots.length, NONE);
    }
    slots[row] = slot;
    rows[slot] = row;
    rowsInUse++;
  }

  /** Slots, used or not. */
  int capacity() {
    return words.length;
  }

  /** The slots that changed. */
  ChangedRows changedSlots() {
    return changed;
  }

  /** Whether a word stands in a slot. */
  boolean slotIsUsed(int slot) {
    return words[slot] != null;
  }

  /** The word in a slot. */
  String wordIn(int slot) {
    return words[slot];
  }

  /** The count of the word in a slot. */
  long countIn(int slot) {
    return counts[slot];
  }

  /** The row of the word in a slot, or -1. */
  int rowIn(int slot) {
    return rows[slot];
  }

  /** Puts a word into a slot, whatever stood there; {@link #index(int[])} must follow. */
  void set(int slot, String word, long count, int row) {
    words[slot] = word;
    counts[slot] = count;
    rows[slot] = row;
  }

  /** Empties a slot; {@link #index(int[])} must follow. */
  void unset(int slot) {
    words[slot] = null;
    counts[slot] = 0;
    rows[slot] = NONE;
  }

  /**
   * Makes a fresh vocabulary of the slots that were set.
   *
   * @param positions where each slot's row stands in its class of the noise distribution
   * @throws IllegalArgumentException if they do not go together
   */
  void index(int[] positions) {
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        index(slot, positions[slot]);
      }
    }
    if (!noise.complete()) {
      throw new IllegalArgumentException("the state lacks words");
    }
  }

  private void index(int slot, int position) {
    String word = words[slot];
    int row = rows[slot];
    boolean rowIsFree = row < 0 || (row < words.length && !owned(row));
    if (counts[slot] < 1 || !rowIsFree || position >= words.length || index.find(word) != NONE) {
      throw new IllegalArgumentException("'" + word + "' has impossible numbers");
    }
    index.enter(slot);
    size++;
    if (row >= 0) {
      own(slot, row);
      noise.restore(row, NoiseDistribution.weight(counts[slot]), position);
    }
  }
}
