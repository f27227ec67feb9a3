package io.millrace.learning.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** The tokens of a Lucene analyzer. The analyzer keeps its token stream for the next text. */
final class LuceneTokens implements Tokens {

  private static final String FIELD = "text";

  private final Analyzer analyzer;

  LuceneTokens(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  @Override
  public void forEach(String text, Consumer<String> token) {
    try (TokenStream stream = analyzer.tokenStream(FIELD, text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        token.accept(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException("reading a text in memory failed", e);
    }
  }
}
