package io.millrace.text.records;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/**
 * What one record of {@code documents} says of its document: a document has as many revisions as it
 * has records.
 *
 * <p>Order of revisions: within a partition the later record is the newer revision. The records of
 * a document may also lie in several partitions, since clients choose partitions differently; then
 * the later record time decides and, at equal times, the order of arrival.
 *
 * @param terms the document's terms and how often it has each; none if it is deleted
 * @param label the document's label, if it has one
 * @param source where the record lies
 * @param time the record's time, milliseconds since 1970; never earlier than that of the record of
 *     the same partition that it replaced
 * @param deleted whether the record deletes the document
 */
public record DocumentRevision(
    TermBag terms, @Nullable String label, Source source, long time, boolean deleted) {

  /** Whether this revision is newer than the newest one known so far. */
  public boolean supersedes(DocumentRevision known) {
    Source last = known.source;
    return source.getPartition() == last.getPartition() && source.getTopic().equals(last.getTopic())
        ? source.getOffset() > last.getOffset()
        : time >= known.time;
  }

  /**
   * This revision as it is to be stored. If it replaces one of the same partition that has a later
   * time, it takes over that time: otherwise a third revision, from another partition and with a
   * time between the two, would replace it or not depending on the order of arrival.
   *
   * @param known the newest revision so far, if there is one
   */
  public DocumentRevision after(@Nullable DocumentRevision known) {
    return known == null || known.time <= time
        ? this
        : new DocumentRevision(terms, label, source, known.time, deleted);
  }

  /** The deletion of this document, at the same place and time. */
  public DocumentRevision toDeletion() {
    return new DocumentRevision(TermBag.EMPTY, null, source, time, true);
  }
}
