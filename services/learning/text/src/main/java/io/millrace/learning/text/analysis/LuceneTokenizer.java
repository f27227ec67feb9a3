package io.millrace.learning.text.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * The tokens of a Lucene analyzer, which keeps a token stream for each thread. Empty tokens, which
 * some filters leave, are skipped. An unpaired surrogate, in the text or left by a filter, becomes
 * U+FFFD: it cannot be encoded in UTF-8, so different terms would be the same after a topic.
 */
final class LuceneTokenizer implements Tokenizer {

  private static final String FIELD = "text";
  private static final char REPLACEMENT = '\ufffd';

  private final Analyzer analyzer;

  LuceneTokenizer(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public void forEach(String text, TokenConsumer sink) {
    try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        int length = term.length();
        if (length > 0) {
          sink.accept(whole(term.buffer(), length), 0, length);
        }
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a text in memory", e);
    }
  }

  private static char[] whole(char[] chars, int length) {
    for (int at = 0; at < length; at++) {
      if (Character.isSurrogate(chars[at])) {
        if (at + 1 < length && Character.isSurrogatePair(chars[at], chars[at + 1])) {
          at++;
        } else {
          chars[at] = REPLACEMENT;
        }
      }
    }
    return chars;
  }
}
