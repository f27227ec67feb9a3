package io.millrace.learning.text.frequencies;

import org.jspecify.annotations.Nullable;

/**
 * Finds the terms of a document among those of some frequencies, without changing these: terms that
 * are new are kept here until the document is done. Not thread-safe.
 */
final class TermLookup {

  private final TermDictionary counted;
  private final @Nullable TermKey[] guesses = new @Nullable TermKey[TermTextBuffer.CAPACITY];

  private final TermHashTable<Term> fresh = new TermHashTable<>();

  TermLookup(DocumentFrequencyTable frequencies) {
    this.counted = frequencies.countedTerms();
  }

  /** The term of a text. */
  Term find(TermTextBuffer text) {
    Term known = counted.find(text);
    return known != null ? known : fresh(text);
  }

  /**
   * The terms of all texts that are put by.
   *
   * @param found where they go, room for {@link TermTextBuffer#CAPACITY}
   */
  void find(TermTextBuffer texts, Term[] found) {
    counted.prefetch(texts, guesses);
    for (int i = 0; i < texts.size(); i++) {
      texts.select(i);
      Term term = counted.find(texts, guesses[i]);
      found[i] = term != null ? term : fresh(texts);
    }
  }

  private Term fresh(TermTextBuffer text) {
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
