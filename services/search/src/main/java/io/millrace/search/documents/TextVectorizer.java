package io.millrace.search.documents;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import java.util.ArrayList;
import java.util.List;

/** Turns a text into a vector, as documents are by the settings of the text service. */
public interface TextVectorizer {

  /**
   * Weighs a text that is no document. Terms that no document holds are left out, as scikit-learn's
   * {@code transform} does.
   *
   * @param corpus all documents
   */
  SparseVector vectorize(String text, Corpus corpus);

  /** Takes texts apart and weighs them so. Safe for several threads. */
  static TextVectorizer of(Analysis analysis, Weighting weighing) {
    return (text, corpus) ->
        weighing.vectorize(known(new TermCounter(analysis).count(text), corpus), corpus);
  }

  private static TermCounts known(TermCounts counts, Corpus corpus) {
    List<String> terms = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      if (corpus.docFreq(counts.terms().get(i)) > 0) {
        terms.add(counts.terms().get(i));
        numbers.add(counts.count(i));
      }
    }
    return TermCounts.of(terms, numbers.stream().mapToInt(Integer::intValue).toArray());
  }
}
