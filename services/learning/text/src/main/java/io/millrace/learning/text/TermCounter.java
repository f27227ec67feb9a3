package io.millrace.learning.text;

import java.util.TreeMap;

/**
 * Turns a text into the counts of its terms. Cost: one pass over the text and a sort of its
 * different terms. Not thread-safe: each thread has its own.
 */
public final class TermCounter {

  private final Tokens tokens;

  public TermCounter(Analysis analysis) {
    this.tokens = analysis.newTokens();
  }

  /** Counts the terms; none for a text without any. */
  public TermCounts count(String text) {
    var counts = new TreeMap<String, Integer>();
    tokens.forEach(
        text,
        (chars, from, length) -> counts.merge(new String(chars, from, length), 1, Integer::sum));
    return TermCounts.of(counts);
  }
}
