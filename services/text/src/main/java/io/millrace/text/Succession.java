package io.millrace.text;

import io.millrace.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/**
 * Which of two records of the same document is the newer. Within a partition the log says it. The
 * records of a document may lie in several partitions, since clients choose them differently; their
 * order is then that of the records' times, and of their coming where these are equal.
 */
final class Succession {

  private Succession() {}

  /**
   * Whether a record takes the place of what is known of the document.
   *
   * @param next the record that has come
   * @param known the record that was the newest so far
   */
  static boolean supersedes(Counted next, Counted known) {
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
  static Counted after(@Nullable Counted known, Counted next) {
    return known == null || known.time() <= next.time() ? next : next.at(known.time());
  }
}
