package io.millrace.search.index;

import io.millrace.runtime.records.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.TermFrequencyAttribute;
import org.apache.lucene.index.IndexWriter;

/**
 * The terms of a vector for Lucene, with their weights as term frequencies: whole multiples of
 * {@link #RESOLUTION}. The weights of a vector of unit length with n terms sum up to at most the
 * root of n, so the sum of its frequencies, which Lucene keeps in an int, stays below 2^31 for
 * every vector that fits into a record.
 */
final class WeightTokenStream extends TokenStream {

  /** The weight that a frequency of 1 stands for. */
  static final double RESOLUTION = 1.0 / (1 << 20);

  /** Longer terms are indexed by their digest: Lucene refuses terms over 32,766 bytes. */
  private static final int LONGEST_CHARS = IndexWriter.MAX_TERM_LENGTH / 3;

  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final TermFrequencyAttribute frequency = addAttribute(TermFrequencyAttribute.class);
  private final List<String> terms;
  private final double[] weights;
  private int next;

  /**
   * The terms of a vector.
   *
   * @param weights one for each term, of unit length together; their signs are ignored
   */
  WeightTokenStream(List<String> terms, double[] weights) {
    this.terms = terms;
    this.weights = weights;
  }

  @Override
  public boolean incrementToken() {
    while (next < weights.length && weights[next] == 0) {
      next++;
    }
    if (next == weights.length) {
      return false;
    }
    clearAttributes();
    term.append(indexed(terms.get(next)));
    frequency.setTermFrequency((int) Math.max(1, Math.round(Math.abs(weights[next]) / RESOLUTION)));
    next++;
    return true;
  }

  @Override
  public void reset() {
    next = 0;
  }

  /** A term as it is indexed. */
  static String indexed(String term) {
    return term.length() <= LONGEST_CHARS
        ? term
        : "sha256:" + Sha256.hex(term.getBytes(StandardCharsets.UTF_8));
  }
}
