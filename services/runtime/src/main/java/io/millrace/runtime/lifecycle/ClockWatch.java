package io.millrace.runtime.lifecycle;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that the machine's clock was set back. Kafka's clients wait by that clock: until it has
 * caught up they send no heartbeats and ask for no metadata, for a week where it went back by a
 * week. New clients begin with the new time, so a process that starts again goes on at once. A
 * clock that is set forward only ends waits early. Thread-safe.
 */
final class ClockWatch {

  /** Corrections of less are caught up with soon enough. */
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  private final LongSupplier millis;
  private final LongSupplier nanos;
  private long lastMillis;
  private long lastNanos;

  /**
   * A watch that begins now.
   *
   * @param millis the machine's clock, milliseconds since 1970
   * @param nanos as {@link System#nanoTime}
   */
  ClockWatch(LongSupplier millis, LongSupplier nanos) {
    this.millis = millis;
    this.nanos = nanos;
    this.lastMillis = millis.getAsLong();
    this.lastNanos = nanos.getAsLong();
  }

  /** Looks at the clock; by how much it was set back since the last look, if by too much. */
  synchronized Optional<Duration> setBack() {
    long nowMillis = millis.getAsLong();
    long nowNanos = nanos.getAsLong();
    Duration passed = Duration.ofNanos(nowNanos - lastNanos);
    Duration back = passed.minusMillis(nowMillis - lastMillis);
    lastMillis = nowMillis;
    lastNanos = nowNanos;
    return back.compareTo(TOLERANCE) > 0 ? Optional.of(back) : Optional.empty();
  }
}
