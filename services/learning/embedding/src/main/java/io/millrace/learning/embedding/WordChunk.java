package io.millrace.learning.embedding;

import java.util.Arrays;
import java.util.List;

/**
 * Runs of words that are looked up, then counted, then learned from together. A run is a piece of
 * one document; the context of a word does not cross the ends of its run. Not thread-safe, except
 * that several threads may set the slots of different runs.
 */
final class WordChunk {

  /** The most words in a run. */
  static final int MAX_RUN_WORDS = 1_000;

  private static final int MAX_WORDS = 65_536;

  private final int limit;
  private String[] words = new String[MAX_RUN_WORDS];
  private int[] slots = new int[MAX_RUN_WORDS];
  private int[] ends = new int[MAX_RUN_WORDS];
  private long[] seeds = new long[MAX_RUN_WORDS];
  private int length;
  private int runs;

  /** An empty chunk, for a vocabulary of a capacity: evictions can make room for half of it. */
  WordChunk(int capacity) {
    this.limit = Math.min(MAX_WORDS, capacity / 2);
  }

  /** Whether a run of {@code count} words fits. */
  boolean fits(int count) {
    return length + count <= limit;
  }

  /** Adds a run, with the seed for all that is random in it. */
  void add(List<String> run, long seed) {
    if (length + run.size() > words.length) {
      int room = Math.max(length + run.size(), Math.min(limit, words.length * 2));
      words = Arrays.copyOf(words, room);
      slots = Arrays.copyOf(slots, room);
    }
    if (runs == ends.length) {
      ends = Arrays.copyOf(ends, runs * 2);
      seeds = Arrays.copyOf(seeds, runs * 2);
    }
    for (String word : run) {
      words[length++] = word;
    }
    seeds[runs] = seed;
    ends[runs++] = length;
  }

  void clear() {
    Arrays.fill(words, 0, length, null);
    length = 0;
    runs = 0;
  }

  int length() {
    return length;
  }

  int runs() {
    return runs;
  }

  /** The position of a run's first word. */
  int begin(int run) {
    return run == 0 ? 0 : ends[run - 1];
  }

  /** The position after a run's last word. */
  int end(int run) {
    return ends[run];
  }

  long seed(int run) {
    return seeds[run];
  }

  String word(int at) {
    return words[at];
  }

  /** The slot of a word in the vocabulary, or -1. */
  int slot(int at) {
    return slots[at];
  }

  void slot(int at, int slot) {
    slots[at] = slot;
  }
}
