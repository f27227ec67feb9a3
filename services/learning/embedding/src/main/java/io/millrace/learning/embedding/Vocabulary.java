package io.millrace.learning.embedding;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;

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
 * capacity) an eviction. Not thread-safe.
 */
final class Vocabulary {

  /** Longer words, in UTF-16 units, are noise: never counted. */
  static final int MAX_WORD_LENGTH = 64;

  /** Slots in a block of the state: at most 214 KB. */
  private static final int BLOCK_SLOTS = 1_024;

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
  private final int[] index;
  private final BitSet changedBlocks = new BitSet();
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
    // At most half full, so that a search ends soon.
    this.index = new int[Integer.highestOneBit(config.capacity()) * 4];
    Arrays.fill(rows, NONE);
    Arrays.fill(index, NONE);
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

  void restoreEvicted(long words, long mass) {
    evicted = words;
    evictedMass = mass;
  }

  NoiseDistribution noise() {
    return noise;
  }

  /** The row of a word, or -1. */
  int rowOf(String word) {
    int slot = find(word);
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
    int slot = find(word);
    return slot == NONE ? 0 : counts[slot];
  }

  /**
   * Counts a word. There must be room.
   *
   * @return its row, or -1 if it has none
   */
  int meet(String word) {
    if (word.isEmpty() || word.length() > MAX_WORD_LENGTH) {
      return NONE;
    }
    int slot = find(word);
    if (slot == NONE) {
      slot = insert(word);
    }
    counts[slot]++;
    changedBlocks.set(slot / BLOCK_SLOTS);
    int row = rows[slot];
    if (row != NONE) {
      int moved = noise.change(row, NoiseDistribution.weight(counts[slot]));
      if (moved != NONE) {
        changedBlocks.set(slots[moved] / BLOCK_SLOTS);
      }
    } else if (counts[slot] >= config.minCount()) {
      row = giveRow(slot);
    }
    return row;
  }

  /** Forgets the rarest words unless so many new ones fit. */
  void makeRoom(int newWords) {
    if (size + newWords <= words.length) {
      return;
    }
    int free = Math.max(newWords, (int) (config.headroom() * words.length));
    evict(cut(size - (words.length - free)));
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
    changedBlocks.set(0, blocks());
    reindex();
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
    enter(lowestFreeSlot);
    size++;
    return lowestFreeSlot;
  }

  private int giveRow(int slot) {
    while (owned(lowestFreeRow)) {
      lowestFreeRow++;
    }
    own(slot, lowestFreeRow);
    noise.add(lowestFreeRow, NoiseDistribution.weight(counts[slot]));
    listener.born(lowestFreeRow, words[slot]);
    return lowestFreeRow;
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

  private int find(String word) {
    int mask = index.length - 1;
    int at = (int) SplitMix64.mix(word.hashCode()) & mask;
    while (index[at] != NONE) {
      if (words[index[at]].equals(word)) {
        return index[at];
      }
      at = (at + 1) & mask;
    }
    return NONE;
  }

  private void enter(int slot) {
    int mask = index.length - 1;
    int at = (int) SplitMix64.mix(words[slot].hashCode()) & mask;
    while (index[at] != NONE) {
      at = (at + 1) & mask;
    }
    index[at] = slot;
  }

  private void reindex() {
    Arrays.fill(index, NONE);
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        enter(slot);
      }
    }
  }

  /** The blocks of slots that changed since the last call, by number. */
  SortedMap<Integer, byte[]> takeChangedBlocks() {
    SortedMap<Integer, byte[]> blocks = new TreeMap<>();
    changedBlocks.stream().forEach(block -> blocks.put(block, write(block)));
    changedBlocks.clear();
    return blocks;
  }

  private byte[] write(int block) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (int slot = block * BLOCK_SLOTS; slot < endOf(block); slot++) {
        String word = words[slot];
        out.writeUTF(word == null ? "" : word);
        if (word != null) {
          out.writeLong(counts[slot]);
          out.writeInt(rows[slot]);
          out.writeInt(rows[slot] == NONE ? NONE : noise.position(rows[slot]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Takes a block's slots from what was written; each block at most once, into a fresh vocabulary.
   *
   * @throws IllegalArgumentException if they are not such a block
   */
  void restore(int block, byte[] bytes) {
    if (block < 0 || block >= blocks()) {
      throw new IllegalArgumentException("no block " + block + " in " + blocks());
    }
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      for (int slot = block * BLOCK_SLOTS; slot < endOf(block); slot++) {
        String word = in.readUTF();
        if (!word.isEmpty()) {
          restore(slot, word, in.readLong(), in.readInt(), in.readInt());
        }
      }
      if (in.available() > 0) {
        throw new IllegalArgumentException("block " + block + " is too long");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("block " + block + " of words cannot be read", e);
    }
  }

  private void restore(int slot, String word, long count, int row, int position) {
    if (count < 1 || row >= words.length || position >= words.length || owned(row, word)) {
      throw new IllegalArgumentException("'" + word + "' has impossible numbers");
    }
    words[slot] = word;
    counts[slot] = count;
    enter(slot);
    size++;
    if (row >= 0) {
      own(slot, row);
      noise.restore(row, NoiseDistribution.weight(count), position);
    }
  }

  private boolean owned(int row, String word) {
    return (row >= 0 && owned(row)) || find(word) != NONE;
  }

  private int blocks() {
    return (words.length + BLOCK_SLOTS - 1) / BLOCK_SLOTS;
  }

  private int endOf(int block) {
    return Math.min(words.length, (block + 1) * BLOCK_SLOTS);
  }
}
