package io.millrace.learning.text;

/** A term of {@link DocumentFrequencies}, with what {@link FrequencyLog} knows of it. */
final class CountedTerm {

  /** Not stated in any batch. */
  static final long NOWHERE = -1;

  final String text;

  /** How many documents hold it. */
  long documents;

  /** Whether it is among the terms that are to be stated. */
  boolean changed;

  /** The sequence number of the batch that stated it last. */
  long statedIn = NOWHERE;

  CountedTerm(String text) {
    this.text = text;
  }
}
