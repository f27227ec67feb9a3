package io.millrace.learning.text;

/** What weighing needs to know about all documents, the one in hand included. */
public interface Corpus {

  /** How many documents there are: N. */
  long documents();

  /** How many of them hold the term: df(t). */
  long documentsWith(String term);
}
