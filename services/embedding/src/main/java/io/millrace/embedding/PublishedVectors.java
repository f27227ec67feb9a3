package io.millrace.embedding;

import io.millrace.learning.embedding.checkpoint.PublishedWord;
import java.util.Set;
import java.util.function.Consumer;

/** What the topics hold of earlier versions of the embedding. */
interface PublishedVectors {

  /** The last published version; -1 if there is none. */
  long lastVersion();

  /** The words that have a vector on {@code word-vectors}. */
  Set<String> words();

  /**
   * Calls a visitor with every record of {@code word-vectors}, in their order. A record whose
   * vector cannot be read is passed as an empty vector of version -1.
   */
  void replay(Consumer<PublishedWord> visitor);
}
