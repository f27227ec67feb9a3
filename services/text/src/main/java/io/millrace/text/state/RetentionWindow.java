package io.millrace.text.state;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which documents of a partition are too old to count: those whose record time is before
 * the stream time by more than the window. The stream time is the latest record time that any
 * partition has seen, but never in the future of this machine's clock, so that neither a producer's
 * clock nor this one alone can expire documents; other partitions publish theirs with their counts.
 *
 * <p>Keeps the times of the live documents in a heap in memory, and those of at most as many, and a
 * thousand more, that were replaced or deleted since: O(log n) a document; nothing if the window is
 * zero, which keeps documents for ever. Not thread-safe.
 */
public final class RetentionWindow {

  /**
   * A document that was live when it was added.
   *
   * @param timeMillis its record's time
   */
  record Entry(long timeMillis, byte[] key) {}

  /** Entries that are kept however few documents are live. */
  private static final int SPARE = 1_000;

  private final long windowMillis;
  private final DocumentFrequencyTable own;
  private final GlobalFrequencies others;
  private final LongSupplier clock;
  private final Queue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::timeMillis));

  /**
   * A window over the documents of one partition.
   *
   * @param own where this partition's latest record time is kept
   * @param others has those of the other partitions
   * @param clock the wall-clock time, milliseconds since 1970
   */
  public RetentionWindow(
      Duration window, DocumentFrequencyTable own, GlobalFrequencies others, LongSupplier clock) {
    this.windowMillis = window.toMillis();
    this.own = own;
    this.others = others;
    this.clock = clock;
  }

  /** Advances the stream time, if a record is later than it. */
  public void observe(long timeMillis) {
    if (windowMillis > 0) {
      own.observe(timeMillis);
    }
  }

  /** The latest record time that can be true, milliseconds since 1970. */
  long streamTime() {
    return Math.min(Math.max(own.streamTime(), others.streamTime()), clock.getAsLong());
  }

  /** Whether a record of that time is too old. */
  boolean isTooOld(long timeMillis) {
    return windowMillis > 0 && timeMillis < streamTime() - windowMillis;
  }

  /** Adds a live document. */
  void add(long timeMillis, byte[] key) {
    if (windowMillis > 0) {
      entries.add(new Entry(timeMillis, key));
    }
  }

  /**
   * Whether more than half of the entries are of documents that were replaced or deleted since: a
   * corpus that is sent again each night would fill the memory long before it is too old.
   *
   * @param live how many documents are live
   */
  boolean isCrowded(long live) {
    return entries.size() > 2 * live + SPARE;
  }

  /** Forgets all entries, for the live documents to be added again. */
  void clear() {
    entries.clear();
  }

  /**
   * Removes a document that is too old; it may have been deleted or replaced since it was added.
   */
  @Nullable Entry poll() {
    Entry oldest = entries.peek();
    return oldest == null || !isTooOld(oldest.timeMillis()) ? null : entries.poll();
  }
}
