package io.millrace.learning.text.analysis;

/**
 * Joins consecutive tokens to terms, separated by a space: scikit-learn's word n-grams, Lucene's
 * shingles. Tokens are consecutive if the inner tokenizer emits them one after the other. So the
 * tokens around a stop word are, as in scikit-learn, and so are tokens at the same position, such
 * as synonyms.
 *
 * <p>Terms come in the order of their last tokens, the shorter first. The last tokens lie one after
 * the other in a window, and each n-gram is a part of it: nothing is copied twice.
 */
final class NgramFilter implements Tokenizer {

  private final Tokenizer tokens;
  private final NgramRange range;

  /** Where the last tokens start in the window, the latest last. */
  private final int[] starts;

  private char[] window = new char[1024];
  private int known;
  private int end;

  NgramFilter(Tokenizer tokens, NgramRange range) {
    this.tokens = tokens;
    this.range = range;
    this.starts = new int[range.max()];
  }

  @Override
  public void forEach(String text, TokenConsumer sink) {
    known = 0;
    end = 0;
    tokens.forEach(
        text,
        (chars, from, length) -> {
          add(chars, from, length);
          for (int n = range.min(); n <= known; n++) {
            int start = starts[known - n];
            sink.accept(window, start, end - start);
          }
        });
  }

  private void add(char[] chars, int from, int length) {
    if (known == starts.length) {
      System.arraycopy(starts, 1, starts, 0, --known);
    }
    int oldest = known == 0 ? end : starts[0];
    if (end + 1 + length > window.length) {
      makeRoom(oldest, 1 + length);
    }
    if (known > 0) {
      window[end++] = ' ';
    }
    starts[known++] = end;
    System.arraycopy(chars, from, window, end, length);
    end += length;
  }

  /** Moves the tokens still needed to the front, into a larger window if necessary. */
  private void makeRoom(int oldest, int more) {
    int kept = end - oldest;
    char[] next = kept + more > window.length / 2 ? new char[2 * (kept + more)] : window;
    System.arraycopy(window, oldest, next, 0, kept);
    window = next;
    for (int i = 0; i < known; i++) {
      starts[i] -= oldest;
    }
    end = kept;
  }
}
