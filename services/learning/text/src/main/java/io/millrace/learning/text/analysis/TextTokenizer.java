package io.millrace.learning.text.analysis;

import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of a text in their order, repeats included. Cost: one pass over the text. Not
 * thread-safe: each thread has its own.
 */
public final class TextTokenizer {

  private final Tokenizer tokens;

  public TextTokenizer(Analysis analysis) {
    this.tokens = analysis.newTokenizer();
  }

  /** All tokens. */
  public List<String> tokens(String text) {
    List<String> all = new ArrayList<>();
    forEach(text, (chars, from, length) -> all.add(new String(chars, from, length)));
    return all;
  }

  /** Hands over the tokens one by one, where strings of them are not needed. */
  public void forEach(String text, TokenConsumer sink) {
    tokens.forEach(text, sink);
  }
}
