package io.millrace.learning.text.analysis;

/** Splits a text into tokens. Not thread-safe: each thread has its own. */
public interface Tokenizer {

  /** Passes the tokens to a consumer in the order of the text, repeats included. */
  void forEach(String text, TokenConsumer sink);
}
