package io.millrace.learning.embedding.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What changed in a model between two calls of {@link SkipGramState#takeChanges}.
 *
 * @param words vectors to publish, in the order of their rows: those of new words and those that
 *     moved far enough
 * @param evicted words that lost their vectors, in alphabetical order
 * @param parts the parts of the checkpoint that changed, by name, each at most 535 KB; an empty one
 *     is to be removed. The newest part of each name and the published vectors are the whole state
 * @param rows the number of rows in the parts
 * @param moved the distance that vectors published before have moved since, as a share of their
 *     length: the sum over {@code words}
 * @param republished the number of words that had been published before
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
