package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The tokens of a text in their order, repeats included. Cost: one pass over the text. Not
 * thread-safe: each thread has its own.
 */
public final class TextTokenizer {

  private final Tokens tokens;

  public TextTokenizer(Analysis analysis) {
    this.tokens = analysis.newTokens();
  }

  /** All tokens; at most as many as the text has characters. */
  public List<String> tokens(String text) {
    List<String> all = new ArrayList<>();
    tokens.forEach(text, all::add);
    return all;
  }

  /** Hands over the tokens one by one, where a list of them is not needed. */
  public void forEach(String text, Consumer<String> token) {
    tokens.forEach(text, token);
  }
}
