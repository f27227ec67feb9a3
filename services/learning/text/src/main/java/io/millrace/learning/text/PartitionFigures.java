package io.millrace.learning.text;

/**
 * What a partition says of itself beside the counts of its terms.
 *
 * @param documents how many live documents it has, at least 0
 * @param evicted how many terms it has evicted since its counts were last made anew, at least 0
 * @param latest the latest time of a record that it has seen, milliseconds since 1970; {@link
 *     #NEVER} if it keeps no such time
 */
public record PartitionFigures(long documents, long evicted, long latest) {

  /** Before all times of records. */
  public static final long NEVER = -1;

  public PartitionFigures {
    if (documents < 0 || evicted < 0 || latest < NEVER) {
      throw new IllegalArgumentException(
          "documents and evicted must be >= 0 and latest >= -1, was "
              + documents
              + ", "
              + evicted
              + ", "
              + latest);
    }
  }
}
