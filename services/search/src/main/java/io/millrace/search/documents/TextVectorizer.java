package io.millrace.search.documents;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.Corpus;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a text into a vector, as the text service does with documents. */
public interface TextVectorizer {

  /**
   * The vector of a text that is no document. Terms that no document has are left out, as by
   * scikit-learn's {@code transform}.
   *
   * @param corpus all documents
   */
  SparseVector vectorize(String text, Corpus corpus);

  /** The analysis that makes the terms, which must be that of the documents; empty if any fits. */
  default Optional<Analysis> analysis() {
    return Optional.empty();
  }

  /** The label of the weighting, as vectors have it; empty if it has none. */
  default Optional<String> weighting() {
    return Optional.empty();
  }

  /** A vectorizer with an analysis and a weighting. Safe for several threads. */
  static TextVectorizer of(Analysis analysis, Weighting weighting) {
    return new TextVectorizer() {
      @Override
      public SparseVector vectorize(String text, Corpus corpus) {
        return weighting.vectorize(known(new TermCounter(analysis).count(text), corpus), corpus);
      }

      @Override
      public Optional<Analysis> analysis() {
        return Optional.of(analysis);
      }

      @Override
      public Optional<String> weighting() {
        return Optional.of(weighting.label());
      }
    };
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
