package io.millrace.search.words;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.List;

/** How the embedding splits texts into words, for words that people type. */
public interface WordAnalysis {

  /** The words of a text, in their order. */
  List<String> words(String text);

  /** An analysis of the embedding's. Safe for several threads. */
  static WordAnalysis of(Analysis analysis) {
    var tokenizers = ThreadLocal.withInitial(() -> new TextTokenizer(analysis));
    return text -> tokenizers.get().tokens(text);
  }
}
