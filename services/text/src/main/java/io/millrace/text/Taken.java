package io.millrace.text;

import org.jspecify.annotations.Nullable;

/** What became of a record of {@code documents}. */
sealed interface Taken {

  /**
   * It says something of a document.
   *
   * @param counted Avro {@code CountedDocument}, encoded once for the repartitioning and the store
   */
  record Accepted(byte[] counted) implements Taken {}

  /**
   * It cannot be used.
   *
   * @param value the value as it came; the reason is in the headers
   */
  record Refused(byte @Nullable [] value) implements Taken {}
}
