package io.millrace.learning.text.frequencies;

import org.jspecify.annotations.Nullable;

/**
 * A term of a {@link DocumentFrequencyTable} with everything that is counted of it, so that one
 * look-up finds all. Its text is kept once, in UTF-8, as it is written to topics. Not thread-safe.
 */
public final class Term extends TermKey {

  /** Not published in any block. */
  static final long NOT_PUBLISHED = -1;

  /** Whether it is in the table; otherwise it was just found in a text, or was removed. */
  boolean indexed;

  /** Whether it was in the table once: if its text comes again, that is another term. */
  boolean removed;

  /** How many documents have it, of those since {@link #firstRound}. */
  int docFreq;

  /** The number of rounds of evictions when it was first counted. */
  int firstRound;

  /** Whether its count has changed since it was last published. */
  boolean changed;

  /** The sequence number of the block that published it last. */
  long publishedIn = NOT_PUBLISHED;

  /** How often it is in the text that a {@link TermCounter} counts now. */
  int countInText;

  /** The term of the same text in {@link PublishedFrequencies}; null if not known. */
  @Nullable PublishedTerm published;

  /** A term that is not counted yet. */
  Term(TermTextBuffer text) {
    this(text.copy(), text.prefix(), text.hash());
  }

  private Term(byte[] utf8, long prefix, int hash) {
    super(utf8, prefix, hash);
  }

  /** Another term of the same text that is not counted yet. */
  Term uncounted() {
    return new Term(utf8, prefix, hash);
  }

  /** The text. */
  public String text() {
    return decoded();
  }

  /** How many bytes the text has in UTF-8. */
  public int bytes() {
    return length;
  }

  /** The text in UTF-8; must not be changed. */
  public byte[] utf8() {
    return utf8;
  }

  /** The order of texts by their UTF-16 code units, as {@link String#compareTo} has it. */
  static int compare(Term a, Term b) {
    int byPrefix = Long.compareUnsigned(a.prefix, b.prefix);
    return byPrefix != 0 ? byPrefix : TermOrder.compareRest(a.utf8, b.utf8);
  }

  @Override
  public String toString() {
    return text() + " in " + docFreq;
  }
}
