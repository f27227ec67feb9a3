package io.millrace.learning.text;

import org.apache.lucene.analysis.CharArraySet;

/** Tokens without stop words. */
final class KeptTokens implements Tokens {

  private final Tokens tokens;
  private final CharArraySet stopWords;

  KeptTokens(Tokens tokens, CharArraySet stopWords) {
    this.tokens = tokens;
    this.stopWords = stopWords;
  }

  @Override
  public void forEach(String text, TokenSink sink) {
    tokens.forEach(
        text,
        (chars, from, length) -> {
          if (!stopWords.contains(chars, from, length)) {
            sink.accept(chars, from, length);
          }
        });
  }
}
