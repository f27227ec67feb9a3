package io.millrace.learning.text;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the documents of a changing set, and for every term those that hold it. Exact: who removes
 * a document gives the terms that were inserted with it, and what is left is what counting the
 * remaining documents from the start would give. A replacement is a removal and an insertion.
 *
 * <p>Cost: one look-up a term, whatever the size of the vocabulary; memory is one entry for each
 * term that some document holds. Not thread-safe.
 */
public final class DocumentFrequencies implements Corpus {

  private static final class Count {
    long documents;
  }

  private final Map<String, Count> counts = new HashMap<>();
  private long documents;

  /**
   * Adds a document.
   *
   * @param terms its terms, each once
   */
  public void insert(Collection<String> terms) {
    documents++;
    for (String term : terms) {
      counts.computeIfAbsent(term, ignored -> new Count()).documents++;
    }
  }

  /**
   * Takes a document away.
   *
   * @param terms the terms that it was inserted with
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(Collection<String> terms) {
    if (documents == 0) {
      throw new IllegalStateException("no document is left to remove");
    }
    documents--;
    for (String term : terms) {
      Count count = counts.get(term);
      if (count == null) {
        throw new IllegalStateException("no document holds the term to remove: " + term);
      }
      if (--count.documents == 0) {
        counts.remove(term);
      }
    }
  }

  @Override
  public long documents() {
    return documents;
  }

  @Override
  public long documentsWith(String term) {
    Count count = counts.get(term);
    return count == null ? 0 : count.documents;
  }

  /** How many different terms the documents hold. */
  public int terms() {
    return counts.size();
  }
}
