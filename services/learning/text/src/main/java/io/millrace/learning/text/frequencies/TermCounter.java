package io.millrace.learning.text.frequencies;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.Tokenizer;
import java.util.Arrays;

/**
 * Counts the terms of a text:
 *
 * <ol>
 *   <li>Analyze the text to tokens.
 *   <li>Look the tokens up in the table, {@value TermTextBuffer#CAPACITY} at a time, and count
 *       them.
 *   <li>Sort the different terms.
 * </ol>
 *
 * <p>Cost: one pass over the text, a look-up a token and a sort of the different terms. No string
 * is made, and no object for a term that the table has. Not thread-safe: each thread has its own.
 */
public final class TermCounter {

  /** The bytes of a term's length and weight in an encoded vector. */
  public static final int TERM_OVERHEAD_BYTES = 5 + Double.BYTES;

  private static final int FIRST_ROOM = 512;

  /** Documents with more terms are sorted by comparing texts. */
  private static final int PLACE_BITS = 12;

  private static final int PLACES = 1 << PLACE_BITS;

  private final Tokenizer tokens;
  private final TermLookup lookup;
  private Term[] found = new Term[FIRST_ROOM];
  private int size;
  private long bytesLeft;
  private final long maxBytes;
  private final TermTextBuffer texts = new TermTextBuffer();
  private final Term[] terms = new Term[TermTextBuffer.CAPACITY];
  private final long[] keys = new long[PLACES];

  /** A counter with a table of its own. */
  public TermCounter(Analysis analysis) {
    this(analysis, new DocumentFrequencyTable());
  }

  /**
   * A counter that looks terms up in a table, without changing it: a new term is added to the table
   * with the first document that is inserted.
   */
  public TermCounter(Analysis analysis, DocumentFrequencyTable frequencies) {
    this(analysis, frequencies, Long.MAX_VALUE);
  }

  /**
   * The same with a bound on the size of a text's terms.
   *
   * @param maxBytes the most bytes of the different terms of a text: of each its bytes in UTF-8 and
   *     {@value #TERM_OVERHEAD_BYTES} more
   */
  public TermCounter(Analysis analysis, DocumentFrequencyTable frequencies, long maxBytes) {
    this.maxBytes = maxBytes;
    this.bytesLeft = maxBytes;
    this.tokens = analysis.newTokenizer();
    this.lookup = new TermLookup(frequencies);
  }

  /** Counts the terms of a text, as strings. */
  public TermCounts count(String text) {
    return bag(text).counts();
  }

  /**
   * Counts the terms of a text.
   *
   * @throws TooManyTermsException if the terms have more bytes than allowed
   */
  public TermBag bag(String text) {
    try {
      tokens.forEach(text, this::add);
      count();
      return sorted();
    } finally {
      clear();
    }
  }

  private void add(char[] chars, int from, int length) {
    texts.add(chars, from, length);
    if (texts.size() == TermTextBuffer.CAPACITY) {
      count();
    }
  }

  /** Counts the buffered tokens. */
  private void count() {
    lookup.find(texts, terms);
    for (int i = 0; i < texts.size(); i++) {
      Term term = terms[i];
      if (term.countInText++ == 0) {
        if (size == found.length) {
          found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = term;
        bytesLeft -= term.bytes() + TERM_OVERHEAD_BYTES;
      }
    }
    texts.clear();
    if (bytesLeft < 0) {
      throw new TooManyTermsException(size, maxBytes);
    }
  }

  private TermBag sorted() {
    if (size == 0) {
      return TermBag.EMPTY;
    }
    Term[] terms = new Term[size];
    if (size <= PLACES) {
      sort(terms);
    } else {
      System.arraycopy(found, 0, terms, 0, size);
      Arrays.sort(terms, Term::compare);
    }
    int[] counts = new int[size];
    for (int place = 0; place < counts.length; place++) {
      counts[place] = terms[place].countInText;
    }
    return new TermBag(terms, counts);
  }

  /**
   * Sorts numbers made of a term's first bytes and its place in the array of those found: they lie
   * together in memory, the terms do not. The few terms that share their first bytes are then put
   * in order by insertion.
   */
  private void sort(Term[] to) {
    for (int i = 0; i < to.length; i++) {
      keys[i] = (found[i].prefix ^ Long.MIN_VALUE) & -PLACES | i;
    }
    Arrays.sort(keys, 0, to.length);
    for (int i = 0; i < to.length; i++) {
      Term term = found[(int) keys[i] & PLACES - 1];
      int at = i;
      while (at > 0 && share(keys[at - 1], keys[i]) && Term.compare(to[at - 1], term) > 0) {
        to[at] = to[at - 1];
        at--;
      }
      to[at] = term;
    }
  }

  private static boolean share(long key, long other) {
    return (key ^ other) >>> PLACE_BITS == 0;
  }

  private void clear() {
    for (int i = 0; i < size; i++) {
      found[i].countInText = 0;
    }
    if (found.length > FIRST_ROOM) {
      found = new Term[FIRST_ROOM];
    }
    size = 0;
    bytesLeft = maxBytes;
    texts.clear();
    lookup.clear();
  }
}
