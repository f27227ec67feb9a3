package io.millrace.text.topology;

import io.millrace.text.codecs.DocumentRevision;
import org.jspecify.annotations.Nullable;

/** What became of a record of {@code documents}, or a command. */
public sealed interface RoutedRecord {

  /**
   * It says something of a document that belongs to this partition.
   *
   * @param document what it says
   * @param bytes the same, Avro {@code CountedDocument}, encoded once for the store
   */
  record Local(DocumentRevision document, byte[] bytes) implements RoutedRecord {}

  /**
   * It says something of a document that belongs to another partition, or comes from there.
   *
   * @param bytes Avro {@code CountedDocument}
   */
  record Repartitioned(byte[] bytes) implements RoutedRecord {}

  /**
   * It is a command to weigh all documents again.
   *
   * @param command which one: {@link CommandSourceProcessor#commandNumber}
   */
  record Refresh(long command) implements RoutedRecord {}

  /**
   * It cannot be used.
   *
   * @param value the value as it came; the reason is in the headers
   */
  record Rejected(byte @Nullable [] value) implements RoutedRecord {}
}
