package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terms of a table with their counts, and which counts have changed since the last {@link
 * #drainChanged}. A term that no document has any more stays until then. Not thread-safe.
 */
final class TermDictionary {

  private final TermHashTable<Term> table = new TermHashTable<>();
  private List<Term> changed = new ArrayList<>();
  private int size;

  /** How many terms have a document. */
  int size() {
    return size;
  }

  /** The term of a text; null if there is none. */
  @Nullable Term find(TermTextBuffer text) {
    return table.find(text);
  }

  /** See {@link TermHashTable#prefetch}. */
  void prefetch(TermTextBuffer texts, @Nullable TermKey[] candidates) {
    table.prefetch(texts, candidates);
  }

  /** See {@link TermHashTable#find(TermTextBuffer, TermKey)}. */
  @Nullable Term find(TermTextBuffer text, @Nullable TermKey candidate) {
    return table.find(text, candidate);
  }

  /** The term of the same text that is counted here, if there is one. */
  @Nullable Term lookUp(Term term) {
    return term.indexed ? term : table.find(term);
  }

  /**
   * Counts one more document for a term.
   *
   * @param round the present round of evictions, noted for a new term
   * @return the term of the same text that is counted here
   */
  Term increment(Term found, int round) {
    Term known = lookUp(found);
    Term term = known == null ? added(found, round) : known;
    if (term.docFreq++ == 0) {
      size++;
    }
    markChanged(term);
    return term;
  }

  private Term added(Term found, int round) {
    Term term = found.removed ? found.uncounted() : found;
    term.indexed = true;
    term.firstRound = round;
    table.add(term);
    return term;
  }

  /** Counts one document less for a term of this dictionary that has documents. */
  void decrement(Term term) {
    if (--term.docFreq == 0) {
      size--;
    }
    markChanged(term);
  }

  /** Evicts a number of the rarest terms. */
  void evict(int count, int round) {
    for (Term term : LeastFrequentTerms.select(table, count, round)) {
      term.docFreq = 0;
      size--;
      remove(term);
      markChanged(term);
    }
  }

  /** Sets all counts to 0, and keeps the terms. */
  void resetCounts() {
    size = 0;
    table.forEach(term -> {
      term.docFreq = 0;
      term.firstRound = 0;
    });
  }

  private void markChanged(Term term) {
    if (!term.changed) {
      term.changed = true;
      changed.add(term);
    }
  }

  private void remove(Term term) {
    table.remove(term);
    term.indexed = false;
    term.removed = true;
  }

  /**
   * The terms whose counts have changed since the last call, each once; those without documents are
   * removed here. All stay marked as changed: the caller clears the marks before the next document.
   */
  List<Term> drainChanged() {
    List<Term> taken = changed;
    changed = new ArrayList<>();
    for (Term term : taken) {
      if (term.docFreq == 0 && term.indexed) {
        remove(term);
      }
    }
    return taken;
  }
}
