package io.millrace.learning.text.frequencies;

/**
 * The state of a partition besides the counts of its terms.
 *
 * @param documents the number of its live documents, at least 0
 * @param evicted how many terms it has evicted since it was last counted, at least 0
 * @param streamTime the latest record time that it has seen, milliseconds since 1970; {@link
 *     #NO_STREAM_TIME} if it keeps none
 */
public record PartitionSummary(long documents, long evicted, long streamTime) {

  /** Before all record times. */
  public static final long NO_STREAM_TIME = -1;

  public PartitionSummary {
    if (documents < 0 || evicted < 0 || streamTime < NO_STREAM_TIME) {
      throw new IllegalArgumentException(
          "documents and evicted must be >= 0 and streamTime >= -1, was "
              + documents
              + ", "
              + evicted
              + ", "
              + streamTime);
    }
  }
}
