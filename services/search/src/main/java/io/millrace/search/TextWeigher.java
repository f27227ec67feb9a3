package io.millrace.search;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.Corpus;
import io.millrace.learning.text.SparseVector;
import io.millrace.learning.text.TermCounter;
import io.millrace.learning.text.TermCounts;
import io.millrace.learning.text.Weighing;
import java.util.ArrayList;
import java.util.List;

/** Turns a text into a vector, as documents are by the settings of the text service. */
public interface TextWeigher {

  /**
   * Weighs a text that is no document. Terms that no document holds are left out, as scikit-learn's
   * {@code transform} does.
   *
   * @param corpus all documents
   */
  SparseVector weigh(String text, Corpus corpus);

  /** Takes texts apart and weighs them so. Safe for several threads. */
  static TextWeigher of(Analysis analysis, Weighing weighing) {
    return (text, corpus) ->
        weighing.weigh(known(new TermCounter(analysis).count(text), corpus), corpus);
  }

  private static TermCounts known(TermCounts counts, Corpus corpus) {
    List<String> terms = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      if (corpus.documentsWith(counts.terms().get(i)) > 0) {
        terms.add(counts.terms().get(i));
        numbers.add(counts.count(i));
      }
    }
    return TermCounts.of(terms, numbers.stream().mapToInt(Integer::intValue).toArray());
  }
}
