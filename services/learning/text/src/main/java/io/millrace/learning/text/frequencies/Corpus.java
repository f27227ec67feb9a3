package io.millrace.learning.text.frequencies;

/** What weighing needs to know about all documents, the one in hand included. */
public interface Corpus {

  /** How many documents there are: N. */
  long documents();

  /** How many of them hold the term: df(t). */
  long docFreq(String term);

  /**
   * The same for a term that was looked up before, in the frequencies that this corpus counts with.
   */
  default long docFreq(Term term) {
    return docFreq(term.text());
  }

  /**
   * The same for all terms of a document, in their order; where the counts lie apart it is asked at
   * once, so that a processor waits for them together.
   */
  default long[] docFreq(TermBag document) {
    long[] holding = new long[document.size()];
    for (int place = 0; place < holding.length; place++) {
      holding[place] = docFreq(document.term(place));
    }
    return holding;
  }

  /** Whether a bound has evicted counts, so that some documents may be missing. */
  default boolean isApproximate() {
    return false;
  }
}
