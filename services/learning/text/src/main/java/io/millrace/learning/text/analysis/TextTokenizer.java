package io.millrace.learning.text.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits texts by an analysis, for users outside this package. Cost: one pass over the text. Not
 * thread-safe: each thread has its own.
 */
public final class TextTokenizer {

  private final Tokenizer tokens;

  public TextTokenizer(Analysis analysis) {
    this.tokens = analysis.newTokenizer();
  }

  /** The tokens of a text in their order, repeats included. */
  public List<String> tokens(String text) {
    List<String> all = new ArrayList<>();
    forEach(text, (chars, from, length) -> all.add(new String(chars, from, length)));
    return all;
  }

  /** Passes the tokens to a consumer one by one, without making strings of them. */
  public void forEach(String text, TokenConsumer sink) {
    tokens.forEach(text, sink);
  }
}
