package io.millrace.search.words;

/** A word that was asked about has no vector; the message names it and says what to do. */
public final class UnknownWordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownWordException(String word, int words) {
    super(
        words == 0
            ? "'"
                + word
                + "' has no vector, nor has any word: the embedding service publishes them as it"
                + " learns from documents"
            : "'"
                + word
                + "' has no vector, as it was met less than embedding.min.count times or not at"
                + " all; "
                + words
                + " words have one: `millrace words export` lists them");
  }
}
