package io.millrace.learning.embedding.vocabulary;

import io.millrace.learning.embedding.table.ChangedRows;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The words and their counts, within a bound: the counters of Misra and Gries 1982 ("Finding
 * repeated elements"), evicting in bulk (Anderson et al. 2017, "A High-Performance Algorithm for
 * Identifying Frequent Items in Data Streams").
 *
 * <p>A counted word has a slot. Once its count reaches the least count, it has a row of the vector
 * tables too, until it is evicted. Free slots and rows are used again, the lowest first, so that
 * their assignment depends on the words in the slots alone.
 *
 * <p>When the new words of a chunk do not fit ({@link #evictUnlessFits}):
 *
 * <ol>
 *   <li>The number of words to evict is chosen: room for the new words, and at least the headroom.
 *   <li>The counts are sorted; the threshold is the count that this many words do not exceed.
 *   <li>Words whose count is not above the threshold are evicted, with their rows. All of them go,
 *       so that ties do not depend on the order of the slots.
 *   <li>The threshold is subtracted from all other counts.
 *   <li>The hash index and the noise distribution are rebuilt from the words that stay.
 * </ol>
 *
 * <p>So a count is never too high, and too low by at most the sum of the thresholds. O(1) a word,
 * O(capacity · log capacity) an eviction. Not thread-safe, except that several threads may call
 * {@link #slotOf} while nothing changes.
 */
public final class WordVocabulary {

  /** The longest word that is counted, in UTF-16 units; longer ones are noise. */
  public static final int MAX_WORD_LENGTH = 64;

  private static final int NONE = -1;

  /** Is told when a word gets a row and when it loses it. */
  public interface RowListener {
    void rowAssigned(int row, String word);

    void rowReleased(int row, String word);
  }

  /** Room for the slots of one run of words, at first. */
  private static final int INITIAL_SLOTS = 1_000;

  private final double headroom;
  private final int minCount;
  private final RowListener listener;
  private final NoiseDistribution noise = new NoiseDistribution();
  private final String[] words;
  private final long[] counts;
  private final int[] rows;
  private final WordIndex index;
  private final ChangedRows changed = new ChangedRows();
  private final Subsampling sampling;
  private final boolean[] isCountedSlot;
  private final int[] keepThresholds;
  private int[] countedSlots = new int[INITIAL_SLOTS];
  private int countedSlotCount;
  private int[] slots = new int[0];
  private int size;
  private int rowsInUse;
  private int lowestFreeSlot;
  private int lowestFreeRow;
  private long evicted;
  private long evictedMass;

  /**
   * An empty vocabulary.
   *
   * @param capacity the most words that are counted at any time
   * @param headroom the share of the capacity that an eviction frees at least
   * @param minCount the count at which a word gets a row
   * @param sample the threshold of {@link Subsampling}
   */
  public WordVocabulary(
      int capacity, double headroom, int minCount, double sample, RowListener listener) {
    this.headroom = headroom;
    this.minCount = minCount;
    this.listener = listener;
    this.words = new String[capacity];
    this.counts = new long[capacity];
    this.rows = new int[capacity];
    this.sampling = new Subsampling(sample);
    this.isCountedSlot = new boolean[capacity];
    this.keepThresholds = new int[capacity];
    this.index = new WordIndex(words);
    Arrays.fill(rows, NONE);
    changed.reserve(words.length);
  }

  /** Words that are counted. */
  public int size() {
    return size;
  }

  /** Words that have a row. */
  public int rowsInUse() {
    return rowsInUse;
  }

  /** All rows in use are below this number. */
  public int rowLimit() {
    return slots.length;
  }

  /** Words evicted over the model's life. */
  public long evicted() {
    return evicted;
  }

  /** The sum of the counts of the evicted words. */
  public long evictedMass() {
    return evictedMass;
  }

  /** Continues the sums of a restored model. */
  public void restoreEvicted(long words, long mass) {
    evicted = words;
    evictedMass = mass;
  }

  /** The distribution from which noise words are drawn: all words that have a row. */
  public NoiseDistribution noise() {
    return noise;
  }

  /** The row of a word, or -1. */
  public int rowOf(String word) {
    int slot = index.find(word);
    return slot == NONE ? NONE : rows[slot];
  }

  /** Whether a word has this row. */
  public boolean isRowUsed(int row) {
    return row < slots.length && slots[row] != NONE;
  }

  /** The word that has a row. */
  public String wordAt(int row) {
    return words[slots[row]];
  }

  /** The count of the word that has a row. */
  public long countAt(int row) {
    return counts[slots[row]];
  }

  /** The count of a word; 0 if it is not counted. */
  public long count(String word) {
    int slot = index.find(word);
    return slot == NONE ? 0 : counts[slot];
  }

  /**
   * The slot of a word, or -1 if it is not counted. Changes nothing: several threads may call it at
   * once.
   */
  public int slotOf(String word) {
    return index.find(word);
  }

  /** Counts a word, given by its slot. */
  public void countOccurrence(int slot) {
    counts[slot]++;
    if (!isCountedSlot[slot]) {
      isCountedSlot[slot] = true;
      if (countedSlotCount == countedSlots.length) {
        countedSlots = Arrays.copyOf(countedSlots, countedSlotCount * 2);
      }
      countedSlots[countedSlotCount++] = slot;
    }
  }

  /**
   * Counts a word that had no slot when the chunk was looked up. There must be room.
   *
   * @return its slot; -1 if the word is empty, too long, or not valid UTF-16
   */
  public int countNewWord(String word) {
    if (word.isEmpty() || word.length() > MAX_WORD_LENGTH) {
      return NONE;
    }
    int slot = index.find(word);
    if (slot == NONE) {
      if (!isValidUtf16(word)) {
        return NONE;
      }
      slot = insert(word);
    }
    countOccurrence(slot);
    return slot;
  }

  /**
   * Ends a round of counting. Words that have reached the least count get a row; all words counted
   * in this round get their new weight in the noise distribution and their new keep threshold.
   *
   * @param total the number of words of the stream so far
   */
  public void finishCounting(long total) {
    for (int i = 0; i < countedSlotCount; i++) {
      int slot = countedSlots[i];
      isCountedSlot[slot] = false;
      changed.mark(slot);
      keepThresholds[slot] = sampling.keepThreshold(counts[slot], total);
      int row = rows[slot];
      if (row != NONE) {
        int moved = noise.changeWeight(row, NoiseDistribution.weight(counts[slot]));
        if (moved != NONE) {
          changed.mark(slots[moved]);
        }
      } else if (counts[slot] >= minCount) {
        assignRow(slot);
      }
    }
    countedSlotCount = 0;
  }

  /**
   * The keep threshold ({@link Subsampling#keepThreshold}) of the word in a slot, as of when it was
   * last counted.
   */
  public int keepThresholdIn(int slot) {
    return keepThresholds[slot];
  }

  /** An unpaired surrogate has no UTF-8: on a topic the word would have another word's key. */
  private static boolean isValidUtf16(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (Character.isSurrogate(word.charAt(i))) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(word);
      }
    }
    return true;
  }

  /**
   * Evicts the rarest words unless {@code newWords} more fit.
   *
   * @return whether words were evicted: slots that were looked up before are invalid then
   */
  public boolean evictUnlessFits(int newWords) {
    if (size + newWords <= words.length) {
      return false;
    }
    int free = Math.max(newWords, (int) (headroom * words.length));
    evict(evictionThreshold(size - (words.length - free)));
    return true;
  }

  /** The least count that {@code leaving} words do not exceed. */
  private long evictionThreshold(int leaving) {
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
          remove(slot);
        } else {
          counts[slot] -= cut;
        }
      }
    }
    lowestFreeSlot = 0;
    lowestFreeRow = 0;
    changed.markAll();
    index.rebuild();
    noise.clear();
    for (int row = 0; row < slots.length; row++) {
      if (slots[row] != NONE) {
        noise.add(row, NoiseDistribution.weight(countAt(row)));
      }
    }
  }

  private void remove(int slot) {
    int row = rows[slot];
    if (row != NONE) {
      listener.rowReleased(row, words[slot]);
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
    index.add(lowestFreeSlot);
    size++;
    return lowestFreeSlot;
  }

  private void assignRow(int slot) {
    while (isRowUsed(lowestFreeRow)) {
      lowestFreeRow++;
    }
    linkRow(slot, lowestFreeRow);
    noise.add(lowestFreeRow, NoiseDistribution.weight(counts[slot]));
    listener.rowAssigned(lowestFreeRow, words[slot]);
  }

  private void linkRow(int slot, int row) {
    if (row >= slots.length) {
      int used = slots.length;
      slots = Arrays.copyOf(slots, Math.min(words.length, Math.max(row + 1, used * 2)));
      Arrays.fill(slots, used, slots.length, NONE);
    }
    slots[row] = slot;
    rows[slot] = row;
    rowsInUse++;
  }

  /** The number of slots, used or not. */
  public int capacity() {
    return words.length;
  }

  /** The slots that changed. */
  public ChangedRows changedSlots() {
    return changed;
  }

  /** Whether a slot has a word. */
  public boolean isSlotUsed(int slot) {
    return words[slot] != null;
  }

  /** The word in a slot. */
  public String wordIn(int slot) {
    return words[slot];
  }

  /** The count of the word in a slot. */
  public long countIn(int slot) {
    return counts[slot];
  }

  /** The row of the word in a slot, or -1. */
  public int rowIn(int slot) {
    return rows[slot];
  }

  /** Puts a word into a slot while restoring; {@link #rebuildIndex(int[])} must follow. */
  public void restoreSlot(int slot, String word, long count, int row) {
    words[slot] = word;
    counts[slot] = count;
    rows[slot] = row;
  }

  /** Empties a slot while restoring; {@link #rebuildIndex(int[])} must follow. */
  public void clearSlot(int slot) {
    words[slot] = null;
    counts[slot] = 0;
    rows[slot] = NONE;
  }

  /**
   * Completes a restored vocabulary from the slots that were set.
   *
   * @param positions the position of each slot's row in its class of the noise distribution
   * @throws IllegalArgumentException if the slots are not those of a vocabulary
   */
  public void rebuildIndex(int[] positions) {
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        restoreWord(slot, positions[slot]);
      }
    }
    if (!noise.isComplete()) {
      throw new IllegalArgumentException(
          "the checkpoint lacks words: positions of the noise distribution are empty");
    }
  }

  private void restoreWord(int slot, int position) {
    String word = words[slot];
    int row = rows[slot];
    boolean rowIsFree = row < 0 || (row < words.length && !isRowUsed(row));
    if (counts[slot] < 1 || !rowIsFree || position >= words.length || index.find(word) != NONE) {
      throw new IllegalArgumentException(
          "the checkpoint has the word '"
              + word
              + "' twice, or with an impossible count, row or position");
    }
    index.add(slot);
    size++;
    if (row >= 0) {
      linkRow(slot, row);
      noise.restore(row, NoiseDistribution.weight(counts[slot]), position);
    }
  }
}
