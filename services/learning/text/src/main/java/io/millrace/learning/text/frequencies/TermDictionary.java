package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terms that some documents hold, in how many, and which of them have changed since that was
 * last asked. A term that no document holds any more stays until then. Not thread-safe.
 */
final class TermDictionary {

  private final TermHashTable<Term> table = new TermHashTable<>();
  private List<Term> changed = new ArrayList<>();
  private int size;

  /** How many terms some document holds. */
  int size() {
    return size;
  }

  /** The term of a text; null if no document holds it. */
  @Nullable Term find(TermTextBuffer text) {
    return table.find(text);
  }

  /** See {@link TermHashTable#prefetch}. */
  void prefetch(TermTextBuffer texts, @Nullable TermKey[] guesses) {
    table.prefetch(texts, guesses);
  }

  /** See {@link TermHashTable#find(TermTextBuffer, TermKey)}. */
  @Nullable Term find(TermTextBuffer text, @Nullable TermKey guess) {
    return table.find(text, guess);
  }

  /** The term of the same text that is counted here, if there is one. */
  @Nullable Term lookUp(Term term) {
    return term.indexed ? term : table.find(term);
  }

  /**
   * One more document holds a term.
   *
   * @param round of evictions, in which the term is first counted if it is not yet
   * @return the term that is counted, of the same text
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

  /** One document less holds a term, which is one of these and is held. */
  void decrement(Term term) {
    if (--term.docFreq == 0) {
      size--;
    }
    markChanged(term);
  }

  /** Forgets the rarest terms, so many. */
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
   * The terms whose counts were touched since this was last called, each once; those that no
   * document holds any more are forgotten here. They stay marked as changed: who takes them clears
   * the marks before the next document.
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
