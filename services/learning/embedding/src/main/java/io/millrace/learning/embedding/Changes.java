package io.millrace.learning.embedding;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What changed in a model since it was asked last.
 *
 * @param words words whose vectors changed, in the order of their rows
 * @param evicted words that lost their vectors, in alphabetical order
 * @param blocks the blocks of the state that changed, by name: the newest of each name together are
 *     the whole state; each at most 525 KB
 */
public record Changes(List<Word> words, List<String> evicted, SortedMap<String, byte[]> blocks) {

  public Changes {
    words = List.copyOf(words);
    evicted = List.copyOf(evicted);
    blocks = Collections.unmodifiableSortedMap(new TreeMap<>(blocks));
  }

  /**
   * A word and what was learned of it.
   *
   * @param vector {@code float[dimensions]}, the receiver's own
   * @param count how often it was met, never too high
   */
  public record Word(String word, float[] vector, long count) {}
}
