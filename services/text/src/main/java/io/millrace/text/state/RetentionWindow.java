package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Which documents of a partition are too old to count: those whose record is older than the latest
 * that any partition has seen by more than a window. The clock is the time of records and never
 * goes back; what other partitions have seen comes with their counts.
 *
 * <p>Keeps the times of the live documents in memory, in a heap: O(log n) a document, nothing if
 * the window is zero, which keeps documents for ever. Not thread-safe.
 */
public final class RetentionWindow {

  /**
   * A document that was live.
   *
   * @param timeMillis its record's time
   */
  record Entry(long timeMillis, byte[] key) {}

  private final long windowMillis;
  private final DocumentFrequencyTable own;
  private final PublishedFrequencies others;
  private final Queue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::timeMillis));

  public RetentionWindow(Duration window, DocumentFrequencyTable own, PublishedFrequencies others) {
    this.windowMillis = window.toMillis();
    this.own = own;
    this.others = others;
  }

  /** Notes that a record was seen. */
  public void observe(long timeMillis) {
    if (windowMillis > 0) {
      own.observe(timeMillis);
    }
  }

  /** The latest time of a record. */
  public long streamTime() {
    return Math.max(own.streamTime(), others.streamTime());
  }

  /** Whether a record of that time is too old. */
  boolean isTooOld(long timeMillis) {
    return windowMillis > 0 && timeMillis < streamTime() - windowMillis;
  }

  /** Notes that a document counts. */
  void add(long timeMillis, byte[] key) {
    if (windowMillis > 0) {
      entries.add(new Entry(timeMillis, key));
    }
  }

  /** Takes out a document that is too old; it may be gone or replaced since it was noted. */
  @Nullable Entry poll() {
    Entry oldest = entries.peek();
    return oldest == null || !isTooOld(oldest.timeMillis()) ? null : entries.poll();
  }
}
