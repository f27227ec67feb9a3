package io.millrace.learning.text.frequencies;

import org.jspecify.annotations.Nullable;

/**
 * A term of one {@link DocumentFrequencyTable}, with all that is counted of it, so that one look-up
 * finds everything. Its text is kept once, in UTF-8, as it is written to topics. Not thread-safe.
 */
public final class Term extends TermKey {

  /** Not stated in any batch. */
  static final long NOT_PUBLISHED = -1;

  /** Whether the frequencies know it; else it was just found in a text, or it is forgotten. */
  boolean indexed;

  /** Whether the frequencies knew it once: if it comes again, it is counted as another. */
  boolean removed;

  /** How many documents hold it, of those that came after {@link #firstRound}. */
  int docFreq;

  /** How many rounds of evictions there had been when it was first counted. */
  int firstRound;

  /** Whether it is among the terms that are to be stated. */
  boolean changed;

  /** The sequence number of the batch that stated it last. */
  long publishedIn = NOT_PUBLISHED;

  /** How often it is in the text that a {@link TermCounter} has in hand. */
  int countInText;

  /** What {@link PublishedFrequencies} knows of it; null if it was not asked or knew nothing. */
  @Nullable PublishedTerm published;

  /** A term that nobody has counted. */
  Term(TermTextBuffer text) {
    this(text.copy(), text.prefix(), text.hash());
  }

  private Term(byte[] utf8, long prefix, int hash) {
    super(utf8, prefix, hash);
  }

  /** Another term of the same text, which nobody has counted. */
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

  /** The text in UTF-8; not to be changed. */
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
