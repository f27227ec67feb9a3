package io.millrace.embedding;

import io.millrace.learning.embedding.checkpoint.PublishedWord;
import java.util.Set;
import java.util.function.Consumer;

/** What the topics hold of the embedding's past. */
interface PublishedVectors {

  /** The last version ever published; -1 if there was none. */
  long lastVersion();

  /** The words whose vectors stand on the topic. */
  Set<String> words();

  /**
   * Calls a visitor with every record of the topic, in its order. One that has no vector that can
   * be read has one without numbers, of version -1.
   */
  void replay(Consumer<PublishedWord> visitor);
}
