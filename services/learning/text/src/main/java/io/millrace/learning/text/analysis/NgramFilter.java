package io.millrace.learning.text.analysis;

/**
 * Neighbouring tokens as terms, a space between them: the word n-grams of scikit-learn. Neighbours
 * are those that the inner analysis gives one after the other, so tokens around a stop word are, as
 * in scikit-learn, and so are those that Lucene has at the same place, such as synonyms.
 *
 * <p>Terms come in the order of their last tokens, the shorter first. The last tokens lie one after
 * the other in a window, of which each n-gram is a part: nothing is put together twice.
 */
final class NgramFilter implements Tokenizer {

  private final Tokenizer tokens;
  private final NgramRange range;

  /** Where the last tokens begin in the window, the latest last. */
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

  /** Moves what is still needed to the front, into a larger window if that is not enough. */
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
