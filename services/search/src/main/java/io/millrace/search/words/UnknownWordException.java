package io.millrace.search.words;

import java.util.List;
import java.util.Locale;

/** A word has no vector; the message names it, words of a near spelling, and what to do. */
public final class UnknownWordException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * A word without a vector.
   *
   * @param near words with a vector that are spelled nearly like it
   * @param words how many words have a vector
   */
  UnknownWordException(String word, List<String> near, int words) {
    super(words == 0 ? nothingKnown(word) : notKnown(word, near, words));
  }

  private static String nothingKnown(String word) {
    return "'%s' has no vector, and no other word has one yet: the embedding service publishes them"
            .formatted(word)
        + " as it learns from documents";
  }

  private static String notKnown(String word, List<String> near, int words) {
    String spellings = near.isEmpty() ? "" : "near spellings are " + String.join(", ", near) + "; ";
    return String.format(
        Locale.ROOT,
        "'%s' has no vector: it has not been learned from, or occurred less than"
            + " embedding.min.count times; %s%,d words have a vector, and `millrace words export`"
            + " lists them",
        word,
        spellings,
        words);
  }
}
