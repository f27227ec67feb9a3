package io.millrace.learning.text.frequencies;

/**
 * What a partition says of itself beside the counts of its terms.
 *
 * @param documents how many live documents it has, at least 0
 * @param evicted how many terms it has evicted since its counts were last made anew, at least 0
 * @param streamTime the latest time of a record that it has seen, milliseconds since 1970; {@link
 *     #NO_STREAM_TIME} if it keeps no such time
 */
public record PartitionSummary(long documents, long evicted, long streamTime) {

  /** Before all times of records. */
  public static final long NO_STREAM_TIME = -1;

  public PartitionSummary {
    if (documents < 0 || evicted < 0 || streamTime < NO_STREAM_TIME) {
      throw new IllegalArgumentException(
          "documents and evicted must be >= 0 and latest >= -1, was "
              + documents
              + ", "
              + evicted
              + ", "
              + streamTime);
    }
  }
}
