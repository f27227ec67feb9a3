package io.millrace.learning.text.frequencies;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.Tokenizer;
import java.util.Arrays;

/**
 * Turns a text into the counts of its terms. Cost: one pass over the text, a look-up a token and a
 * sort of its different terms; no string is made, and for a term that is known nothing else. Not
 * thread-safe: each thread has its own.
 */
public final class TermCounter {

  /** A length before a term, and a weight of eight bytes behind it. */
  public static final int TERM_ROOM = 5 + Double.BYTES;

  private static final int FIRST_ROOM = 512;

  /** Documents with more terms are sorted otherwise. */
  private static final int PLACE_BITS = 12;

  private static final int PLACES = 1 << PLACE_BITS;

  private final Tokenizer tokens;
  private final TermLookup lookup;
  private Term[] found = new Term[FIRST_ROOM];
  private int size;
  private long room;
  private final long most;
  private final TermTextBuffer texts = new TermTextBuffer();
  private final Term[] terms = new Term[TermTextBuffer.CAPACITY];
  private final long[] keys = new long[PLACES];

  /** A counter that knows no terms. */
  public TermCounter(Analysis analysis) {
    this(analysis, new DocumentFrequencyTable());
  }

  /**
   * A counter of the terms of some frequencies, which it does not change: a term that is new
   * becomes theirs with the first document that is inserted.
   */
  public TermCounter(Analysis analysis, DocumentFrequencyTable frequencies) {
    this(analysis, frequencies, Long.MAX_VALUE);
  }

  /**
   * The same for texts with bounds.
   *
   * @param most the most that the different terms of a text may take: of each its bytes in UTF-8
   *     and {@value #TERM_ROOM} more
   */
  public TermCounter(Analysis analysis, DocumentFrequencyTable frequencies, long most) {
    this.most = most;
    this.room = most;
    this.tokens = analysis.newTokenizer();
    this.lookup = new TermLookup(frequencies);
  }

  /** Counts the terms; none for a text without any. */
  public TermCounts count(String text) {
    return bag(text).counts();
  }

  /**
   * Counts the terms; none for a text without any.
   *
   * @throws TooManyTermsException if they take more than they may; the rest was not looked at
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

  /** Counts what was put by. */
  private void count() {
    lookup.find(texts, terms);
    for (int i = 0; i < texts.size(); i++) {
      Term term = terms[i];
      if (term.countInText++ == 0) {
        if (size == found.length) {
          found = Arrays.copyOf(found, 2 * size);
        }
        found[size++] = term;
        room -= term.bytes() + TERM_ROOM;
      }
    }
    texts.clear();
    if (room < 0) {
      throw new TooManyTermsException(size, most);
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
   * Sorts numbers made of the first bytes and the place where the term was found, which are close
   * together where the terms are not; what shares those bytes, few terms, is then set right.
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
    room = most;
    texts.clear();
    lookup.clear();
  }
}
