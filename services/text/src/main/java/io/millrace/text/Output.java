package io.millrace.text;

import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import org.jspecify.annotations.Nullable;

/** What the text service sends. */
sealed interface Output {

  /**
   * To {@code document-vectors}.
   *
   * @param vector the document weighed, or null if it was deleted
   */
  record OfVector(@Nullable DocumentVector vector) implements Output {}

  /**
   * To {@code document-frequencies}.
   *
   * @param batch counts of the partition, or null if what they say was said again
   */
  record OfFrequencies(@Nullable DocumentFrequencies batch) implements Output {}
}
