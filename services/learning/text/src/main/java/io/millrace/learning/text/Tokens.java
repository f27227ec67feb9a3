package io.millrace.learning.text;

/** Takes a text apart. Not thread-safe: each thread has its own. */
interface Tokens {

  /** Hands over the tokens in the order of the text, repeats included. */
  void forEach(String text, TokenSink sink);
}
