package io.millrace.learning.text.analysis;

import org.apache.lucene.analysis.CharArraySet;

/** Leaves stop words out of the tokens. */
final class StopFilter implements Tokenizer {

  private final Tokenizer tokens;
  private final CharArraySet stopWords;

  StopFilter(Tokenizer tokens, CharArraySet stopWords) {
    this.tokens = tokens;
    this.stopWords = stopWords;
  }

  @Override
  public void forEach(String text, TokenConsumer sink) {
    tokens.forEach(
        text,
        (chars, from, length) -> {
          if (!stopWords.contains(chars, from, length)) {
            sink.accept(chars, from, length);
          }
        });
  }
}
