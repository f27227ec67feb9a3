package io.millrace.learning.text.analysis;

/** Takes a text apart. Not thread-safe: each thread has its own. */
public interface Tokenizer {

  /** Hands over the tokens in the order of the text, repeats included. */
  void forEach(String text, TokenConsumer sink);
}
