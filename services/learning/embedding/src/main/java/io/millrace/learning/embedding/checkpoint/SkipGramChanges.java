package io.millrace.learning.embedding.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What changed in a model since it was asked last.
 *
 * @param words words to be published: they are new or their vectors moved far enough; in the order
 *     of their rows
 * @param evicted words that lost their vectors, in alphabetical order
 * @param parts the parts of the state that changed, by name; an empty one is to be removed. The
 *     newest of each name, with what was published, are the whole state. Each is at most 535 KB
 * @param rows how many rows of the state the parts hold
 * @param moved how far the vectors that had been published before moved since, as a share of their
 *     length: the sum over {@code words}
 * @param republished how many of the words had been published before
 */
public record SkipGramChanges(
    List<PublishedWord> words,
    List<String> evicted,
    SortedMap<String, Optional<byte[]>> parts,
    int rows,
    double moved,
    int republished) {

  public SkipGramChanges {
    words = Collections.unmodifiableList(words);
    evicted = List.copyOf(evicted);
    parts = Collections.unmodifiableSortedMap(new TreeMap<>(parts));
  }
}
