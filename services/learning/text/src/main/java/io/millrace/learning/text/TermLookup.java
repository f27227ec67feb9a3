package io.millrace.learning.text;

import org.jspecify.annotations.Nullable;

/**
 * Finds the terms of a document among those of some frequencies, without changing these: terms that
 * are new are kept here until the document is done. Not thread-safe.
 */
final class TermLookup {

  private final CountedTerms counted;
  private final @Nullable TermKey[] guesses = new @Nullable TermKey[TermText.CAPACITY];

  private final TermTable<Term> fresh = new TermTable<>();

  TermLookup(DocumentFrequencies frequencies) {
    this.counted = frequencies.countedTerms();
  }

  /** The term of a text. */
  Term find(TermText text) {
    Term known = counted.find(text);
    return known != null ? known : fresh(text);
  }

  /**
   * The terms of all texts that are put by.
   *
   * @param found where they go, room for {@link TermText#CAPACITY}
   */
  void find(TermText texts, Term[] found) {
    counted.guess(texts, guesses);
    for (int i = 0; i < texts.size(); i++) {
      texts.select(i);
      Term term = counted.find(texts, guesses[i]);
      found[i] = term != null ? term : fresh(texts);
    }
  }

  private Term fresh(TermText text) {
    @Nullable Term found = fresh.find(text);
    if (found != null) {
      return found;
    }
    var term = new Term(text);
    fresh.add(term);
    return term;
  }

  /** Forgets the new terms. */
  void clear() {
    fresh.clear();
  }
}
