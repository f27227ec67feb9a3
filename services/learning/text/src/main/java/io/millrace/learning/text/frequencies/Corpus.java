package io.millrace.learning.text.frequencies;

/** The document counts that weighting needs: of all documents, including the one weighted. */
public interface Corpus {

  /** N, the number of documents. */
  long documents();

  /** df(t), the number of documents that have a term. */
  long docFreq(String term);

  /** df(t) of a term of the table that this corpus counts with, which needs no look-up by text. */
  default long docFreq(Term term) {
    return docFreq(term.text());
  }

  /**
   * df(t) of all terms of a document, in their order. A corpus may look them up together, so that
   * the processor's cache misses overlap.
   */
  default long[] docFreqs(TermBag document) {
    long[] docFreqs = new long[document.size()];
    for (int place = 0; place < docFreqs.length; place++) {
      docFreqs[place] = docFreq(document.term(place));
    }
    return docFreqs;
  }

  /** Whether terms were evicted from the counts, so that df may be too low. */
  default boolean isApproximate() {
    return false;
  }
}
