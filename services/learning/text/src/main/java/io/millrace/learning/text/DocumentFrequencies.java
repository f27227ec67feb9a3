package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the documents of a changing set, and for every term those that hold it. Exact: who removes
 * a document gives the terms that were inserted with it, and what is left is what counting the
 * remaining documents from the start would give. A replacement is a removal and an insertion.
 *
 * <p>Cost: an addition a term, whatever the size of the vocabulary, besides the look-up that found
 * it; memory is one entry for each term that some document holds, or held when {@link #takeChanged}
 * was last called. Not thread-safe.
 */
public final class DocumentFrequencies implements Corpus {

  private final TermTable table = new TermTable();
  private final TermText asked = new TermText();
  private List<Term> changed = new ArrayList<>();
  private boolean anyChange;
  private long documents;
  private int terms;

  /** Adds a document. */
  public void insert(TermBag document) {
    begin(1);
    for (int place = 0; place < document.size(); place++) {
      document.replace(place, inserted(document.term(place)));
    }
  }

  /**
   * Adds a document.
   *
   * @param terms its terms, each once
   */
  public void insert(Collection<String> terms) {
    begin(1);
    for (String text : terms) {
      Term known = find(text);
      inserted(known == null ? new Term(asked) : known);
    }
  }

  private Term inserted(Term found) {
    Term known = counted(found);
    Term term = known == null ? added(found) : known;
    if (term.documents++ == 0) {
      terms++;
    }
    note(term);
    return term;
  }

  private Term added(Term found) {
    Term term = found.forgotten ? found.anew() : found;
    term.listed = true;
    table.add(term);
    return term;
  }

  /** The term of that text that is counted here, if there is one. */
  private @Nullable Term counted(Term term) {
    return term.listed ? term : table.find(term);
  }

  /**
   * Takes a document away.
   *
   * @param document as it was inserted
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(TermBag document) {
    beginRemoval();
    for (int place = 0; place < document.size(); place++) {
      Term term = document.term(place);
      remove(counted(term), term);
    }
  }

  /**
   * Takes a document away.
   *
   * @param terms the terms that it was inserted with
   * @throws IllegalStateException if there is no such document: nothing ever counts below zero
   */
  public void remove(Collection<String> terms) {
    beginRemoval();
    for (String text : terms) {
      remove(find(text), text);
    }
  }

  private void beginRemoval() {
    if (documents == 0) {
      throw new IllegalStateException("no document is left to remove");
    }
    begin(-1);
  }

  private void remove(@Nullable Term term, Object name) {
    if (term == null || term.documents == 0) {
      throw new IllegalStateException("no document holds the term to remove: " + name);
    }
    if (--term.documents == 0) {
      terms--;
    }
    note(term);
  }

  private void begin(int more) {
    documents += more;
    anyChange = true;
  }

  private void note(Term term) {
    if (!term.changed) {
      term.changed = true;
      changed.add(term);
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
  List<Term> takeChanged() {
    List<Term> taken = changed;
    changed = new ArrayList<>();
    anyChange = false;
    for (Term term : taken) {
      if (term.documents == 0 && term.listed) {
        table.remove(term);
        term.listed = false;
        term.forgotten = true;
      }
    }
    return taken;
  }

  /** The term of a text; null if no document holds it. */
  @Nullable Term find(TermText text) {
    return table.find(text);
  }

  private @Nullable Term find(String text) {
    asked.set(text);
    return find(asked);
  }

  @Override
  public long documents() {
    return documents;
  }

  @Override
  public long documentsWith(String text) {
    Term term = find(text);
    return term == null ? 0 : term.documents;
  }

  @Override
  public long documentsWith(Term term) {
    Term counted = counted(term);
    return counted == null ? 0 : counted.documents;
  }

  /** How many different terms the documents hold. */
  public int terms() {
    return terms;
  }
}
