package io.millrace.text.state;

import io.millrace.schemas.avro.Source;
import io.millrace.text.codecs.DocumentRevision;
import org.jspecify.annotations.Nullable;

/**
 * Which of two records of the same document is the newer. Within a partition the log says it. The
 * records of a document may lie in several partitions, since clients choose them differently; their
 * order is then that of the records' times, and of their coming where these are equal.
 */
final class RevisionOrdering {

  private RevisionOrdering() {}

  /**
   * Whether a record takes the place of what is known of the document.
   *
   * @param next the record that has come
   * @param known the record that was the newest so far
   */
  static boolean supersedes(DocumentRevision next, DocumentRevision known) {
    Source from = next.source();
    Source last = known.source();
    return from.getPartition() == last.getPartition() && from.getTopic().equals(last.getTopic())
        ? from.getOffset() > last.getOffset()
        : next.time() >= known.time();
  }

  /**
   * The record as it is to be remembered. One that replaces another of its own partition takes over
   * the later time: else a third, from another partition and of a time between theirs, could
   * replace it or not by the order of their coming.
   */
  static DocumentRevision merge(@Nullable DocumentRevision known, DocumentRevision next) {
    return known == null || known.time() <= next.time() ? next : next.at(known.time());
  }
}
