package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The terms that some documents hold, in how many, and which of them have changed since that was
 * last asked. A term that no document holds any more stays until then. Not thread-safe.
 */
final class CountedTerms {

  private final TermTable<Term> table = new TermTable<>();
  private List<Term> changed = new ArrayList<>();
  private int held;

  /** How many terms some document holds. */
  int held() {
    return held;
  }

  /** The term of a text; null if no document holds it. */
  @Nullable Term find(TermText text) {
    return table.find(text);
  }

  /** See {@link TermTable#guess}. */
  void guess(TermText texts, @Nullable TermKey[] guesses) {
    table.guess(texts, guesses);
  }

  /** See {@link TermTable#find(TermText, TermKey)}. */
  @Nullable Term find(TermText text, @Nullable TermKey guess) {
    return table.find(text, guess);
  }

  /** The term of the same text that is counted here, if there is one. */
  @Nullable Term counted(Term term) {
    return term.listed ? term : table.find(term);
  }

  /**
   * One more document holds a term.
   *
   * @param round of evictions, in which the term is first counted if it is not yet
   * @return the term that is counted, of the same text
   */
  Term more(Term found, int round) {
    Term known = counted(found);
    Term term = known == null ? added(found, round) : known;
    if (term.documents++ == 0) {
      held++;
    }
    note(term);
    return term;
  }

  private Term added(Term found, int round) {
    Term term = found.forgotten ? found.anew() : found;
    term.listed = true;
    term.since = round;
    table.add(term);
    return term;
  }

  /** One document less holds a term, which is one of these and is held. */
  void less(Term term) {
    if (--term.documents == 0) {
      held--;
    }
    note(term);
  }

  /** Forgets the rarest terms, so many. */
  void evict(int count, int round) {
    for (Term term : Rarest.of(table, count, round)) {
      term.documents = 0;
      held--;
      forget(term);
      note(term);
    }
  }

  /** Sets all counts to 0, and keeps the terms. */
  void startOver() {
    held = 0;
    table.forEach(term -> {
      term.documents = 0;
      term.since = 0;
    });
  }

  private void note(Term term) {
    if (!term.changed) {
      term.changed = true;
      changed.add(term);
    }
  }

  private void forget(Term term) {
    table.remove(term);
    term.listed = false;
    term.forgotten = true;
  }

  /**
   * The terms whose counts were touched since this was last called, each once; those that no
   * document holds any more are forgotten here. They stay marked as changed: who takes them clears
   * the marks before the next document.
   */
  List<Term> takeChanged() {
    List<Term> taken = changed;
    changed = new ArrayList<>();
    for (Term term : taken) {
      if (term.documents == 0 && term.listed) {
        forget(term);
      }
    }
    return taken;
  }
}
