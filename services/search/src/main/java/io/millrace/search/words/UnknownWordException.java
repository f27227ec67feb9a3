package io.millrace.search.words;

/** A word has no vector; the message names it and says what to do. */
public final class UnknownWordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownWordException(String word, int words) {
    super(
        words == 0
            ? "'"
                + word
                + "' has no vector, and no other word has one: the embedding service publishes them"
                + " as it learns from documents"
            : "'"
                + word
                + "' has no vector: it occurred less than embedding.min.count times. "
                + words
                + " words have one; `millrace words export` lists them");
  }
}
