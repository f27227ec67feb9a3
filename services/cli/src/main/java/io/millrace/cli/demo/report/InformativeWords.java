package io.millrace.cli.demo.report;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.StopWords;
import io.millrace.learning.text.analysis.TextTokenizer;
import java.util.regex.Pattern;

/**
 * Which words of the mails tell something to a reader: those of at least three letters, without
 * numbers, addresses and the stop words of English. The models learn from all of them; only the
 * summary leaves the others out. Not thread-safe.
 */
final class InformativeWords {

  private static final Pattern LETTERS = Pattern.compile("\\p{L}{3,}");

  private final TextTokenizer withoutStopWords =
      new TextTokenizer(Analysis.STANDARD.with(StopWords.named("scikit-learn")));

  /** Whether a word is one of them. */
  boolean contains(String word) {
    return LETTERS.matcher(word).matches() && !withoutStopWords.tokens(word).isEmpty();
  }
}
