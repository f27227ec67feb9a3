package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the documents of a changing set, and for every term those that hold it. Exact: who removes
 * a document gives the terms that were inserted with it, and what is left is what counting the
 * remaining documents from the start would give. A replacement is a removal and an insertion.
 *
 * <p>Cost: one look-up a term, whatever the size of the vocabulary; memory is one entry for each
 * term that some document holds, or held when {@link #takeChanged} was last called. Not
 * thread-safe.
 */
public final class DocumentFrequencies implements Corpus {

  private final Map<String, CountedTerm> counts = new HashMap<>();
  private List<CountedTerm> changed = new ArrayList<>();
  private boolean anyChange;
  private long documents;
  private int terms;

  /**
   * Adds a document.
   *
   * @param terms its terms, each once
   */
  public void insert(Collection<String> terms) {
    documents++;
    anyChange = true;
    for (String term : terms) {
      CountedTerm count = counts.computeIfAbsent(term, CountedTerm::new);
      if (count.documents++ == 0) {
        this.terms++;
      }
      note(count);
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
    anyChange = true;
    for (String term : terms) {
      CountedTerm count = counts.get(term);
      if (count == null || count.documents == 0) {
        throw new IllegalStateException("no document holds the term to remove: " + term);
      }
      if (--count.documents == 0) {
        this.terms--;
      }
      note(count);
    }
  }

  private void note(CountedTerm count) {
    if (!count.changed) {
      count.changed = true;
      changed.add(count);
    }
  }

  /** Whether a document came or went since the changed terms were last taken. */
  boolean anyChange() {
    return anyChange;
  }

  /**
   * The terms whose counts were touched since this was last called, each once; those that no
   * document holds any more are forgotten here. They stay marked as changed: who takes them clears
   * the marks before the next document.
   */
  List<CountedTerm> takeChanged() {
    List<CountedTerm> taken = changed;
    changed = new ArrayList<>();
    anyChange = false;
    for (CountedTerm count : taken) {
      if (count.documents == 0) {
        counts.remove(count.text);
      }
    }
    return taken;
  }

  @Override
  public long documents() {
    return documents;
  }

  @Override
  public long documentsWith(String term) {
    CountedTerm count = counts.get(term);
    return count == null ? 0 : count.documents;
  }

  /** How many different terms the documents hold. */
  public int terms() {
    return terms;
  }
}
