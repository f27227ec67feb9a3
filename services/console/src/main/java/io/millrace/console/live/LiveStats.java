package io.millrace.console.live;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what the tails do. Safe for several threads. */
public final class LiveStats {
  private final AtomicLong read = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  void read() {
    read.incrementAndGet();
  }

  void skipped() {
    skipped.incrementAndGet();
  }

  void missed(long records) {
    missed.addAndGet(records);
  }

  void failed() {
    failures.incrementAndGet();
  }

  /** Records read. */
  public long recordsRead() {
    return read.get();
  }

  /** Records that were not understood. */
  public long recordsSkipped() {
    return skipped.get();
  }

  /** Records passed over since more came than were read. */
  public long recordsMissed() {
    return missed.get();
  }

  /** Errors of Kafka after which reading began anew. */
  public long failures() {
    return failures.get();
  }
}
