package io.millrace.learning.text.frequencies;

import org.jspecify.annotations.Nullable;

/**
 * Finds the terms of a document in a table without changing the table: new terms are kept here
 * until the document is done. Not thread-safe.
 */
final class TermLookup {

  private final TermDictionary counted;
  private final @Nullable TermKey[] candidates = new @Nullable TermKey[TermTextBuffer.CAPACITY];

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
   * The terms of all buffered texts.
   *
   * @param found receives them; at least {@link TermTextBuffer#CAPACITY} long
   */
  void find(TermTextBuffer texts, Term[] found) {
    counted.prefetch(texts, candidates);
    for (int i = 0; i < texts.size(); i++) {
      texts.select(i);
      Term term = counted.find(texts, candidates[i]);
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

  /** Removes the new terms. */
  void clear() {
    fresh.clear();
  }
}
