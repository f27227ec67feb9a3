package io.millrace.text;

import org.jspecify.annotations.Nullable;

/** What became of a record of {@code documents}, or a command. */
sealed interface Taken {

  /**
   * It says something of a document that belongs to this partition.
   *
   * @param document what it says
   * @param bytes the same, Avro {@code CountedDocument}, encoded once for the store
   */
  record Here(Counted document, byte[] bytes) implements Taken {}

  /**
   * It says something of a document that belongs to another partition, or comes from there.
   *
   * @param bytes Avro {@code CountedDocument}
   */
  record ByKey(byte[] bytes) implements Taken {}

  /**
   * It is a command to weigh all documents again.
   *
   * @param command which one: {@link TakeCommands#number}
   */
  record Refresh(long command) implements Taken {}

  /**
   * It cannot be used.
   *
   * @param value the value as it came; the reason is in the headers
   */
  record Refused(byte @Nullable [] value) implements Taken {}
}
