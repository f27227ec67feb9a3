package io.millrace.runtime.lifecycle;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Measures for how long counters of progress have stood still. It counts only time in which it was
 * asked: a process that was suspended as a whole, or a machine that slept, does not look stalled.
 * Thread-safe.
 */
final class Watchdog {

  /** The most that counts between two looks: the host looks ten times a second. */
  private static final long MOST_NANOS = Duration.ofSeconds(1).toNanos();

  private final LongSupplier clock;
  private long[] counters = new long[0];
  private long[] stalledNanos = new long[0];
  private long lastNanos;

  /**
   * A watchdog that has not looked yet.
   *
   * @param clock nanoseconds, as of {@link System#nanoTime}
   */
  Watchdog(LongSupplier clock) {
    this.clock = clock;
    this.lastNanos = clock.getAsLong();
  }

  /** Looks at the counters; returns for how long the one that has stood still longest has. */
  synchronized Duration check(long[] now) {
    long nanos = clock.getAsLong();
    long passed = Math.clamp(nanos - lastNanos, 0, MOST_NANOS);
    lastNanos = nanos;
    if (now.length != counters.length) {
      stalledNanos = new long[now.length];
    } else {
      for (int i = 0; i < now.length; i++) {
        stalledNanos[i] = now[i] == counters[i] ? stalledNanos[i] + passed : 0;
      }
    }
    counters = now.clone();
    return Duration.ofNanos(Arrays.stream(stalledNanos).max().orElse(0));
  }
}
