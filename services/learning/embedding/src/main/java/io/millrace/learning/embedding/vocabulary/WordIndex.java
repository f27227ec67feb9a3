package io.millrace.learning.embedding.vocabulary;

import io.millrace.learning.core.SplitMix64;
import java.util.Arrays;

/**
 * A hash index of the slots of words: open addressing with linear probing. Words cannot be removed
 * one by one: the index is rebuilt. Not thread-safe, except that several threads may search while
 * nothing is added.
 */
final class WordIndex {

  private static final int NONE = -1;

  private final String[] words;
  private final int[] places;

  /**
   * An empty index.
   *
   * @param words the words by slot, null for free slots; those of indexed slots must not change
   */
  WordIndex(String[] words) {
    this.words = words;
    // At most half full, so that a search ends soon.
    this.places = new int[Integer.highestOneBit(words.length) * 4];
    Arrays.fill(places, NONE);
  }

  /** The slot of a word, or -1. */
  int find(String word) {
    int mask = places.length - 1;
    int at = place(word);
    while (places[at] != NONE) {
      if (words[places[at]].equals(word)) {
        return places[at];
      }
      at = (at + 1) & mask;
    }
    return NONE;
  }

  /** Adds the word in a slot, which must not be indexed yet. */
  void add(int slot) {
    int mask = places.length - 1;
    int at = place(words[slot]);
    while (places[at] != NONE) {
      at = (at + 1) & mask;
    }
    places[at] = slot;
  }

  /** Rebuilds the index from the words of all slots. */
  void rebuild() {
    Arrays.fill(places, NONE);
    for (int slot = 0; slot < words.length; slot++) {
      if (words[slot] != null) {
        add(slot);
      }
    }
  }

  private int place(String word) {
    return (int) SplitMix64.mix(word.hashCode()) & places.length - 1;
  }
}
