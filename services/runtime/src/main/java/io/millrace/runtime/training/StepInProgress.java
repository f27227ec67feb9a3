package io.millrace.runtime.training;

import java.time.Duration;
import java.util.stream.LongStream;

/** Counts what the step in hand has learned from so far. Used by one thread. */
final class StepInProgress {

  /**
   * The counts when the step ends.
   *
   * @param inputTimes timestamps of its records, milliseconds since 1970
   * @param skipped how many of the records could not be decoded
   * @param startedNanos when its first record was taken, by {@link System#nanoTime}
   */
  record Totals(long[] inputTimes, int skipped, long startedNanos) {
    Duration age() {
      return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
  }

  private LongStream.Builder times = LongStream.builder();
  private int records;
  private int batches;
  private int skipped;
  private int updates;
  private long startedNanos;

  /** Counts a record that was taken for a batch. */
  void addRecord(long timestamp) {
    begin();
    times.add(timestamp);
    records++;
  }

  /** Counts a batch that was learned from. */
  void addBatch(int unusable) {
    skipped += unusable;
    batches++;
  }

  /** Counts optimizer updates from what the trainer keeps. */
  void addUpdates(int count) {
    begin();
    updates += count;
  }

  private void begin() {
    if (isEmpty()) {
      startedNanos = System.nanoTime();
    }
  }

  int records() {
    return records;
  }

  int batches() {
    return batches;
  }

  int updates() {
    return updates;
  }

  /** Whether nothing was learned and no record taken. */
  boolean isEmpty() {
    return records == 0 && updates == 0;
  }

  /** Ends the step and begins the next one. */
  Totals end() {
    long started = isEmpty() ? System.nanoTime() : startedNanos;
    var totals = new Totals(times.build().toArray(), skipped, started);
    times = LongStream.builder();
    records = 0;
    batches = 0;
    skipped = 0;
    updates = 0;
    return totals;
  }
}
