package io.millrace.text.topology;

import io.millrace.text.records.DocumentRevision;
import io.millrace.text.records.RefreshRequest;
import org.jspecify.annotations.Nullable;

/** What becomes of a record of {@code documents} or {@code commands}. */
sealed interface RoutedRecord {

  /**
   * A revision of a document that belongs to this partition.
   *
   * @param encoded the same, as Avro {@code CountedDocument}: encoded once, for the store
   */
  record Local(DocumentRevision revision, byte[] encoded) implements RoutedRecord {}

  /**
   * A revision of a document that lies in another partition than the one it belongs to: on its way
   * there by {@code documents-by-key}, or arrived.
   *
   * @param encoded Avro {@code CountedDocument}
   */
  record Repartitioned(byte[] encoded) implements RoutedRecord {}

  /** A request to reweight all documents, for every partition. */
  record Refresh(RefreshRequest request) implements RoutedRecord {}

  /**
   * A record that cannot be used, for {@code dead-letters}.
   *
   * @param value the value as it came; the reason is in the headers
   */
  record DeadLetter(byte @Nullable [] value) implements RoutedRecord {}
}
