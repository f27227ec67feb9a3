package io.millrace.runtime.streams;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;

/**
 * The time of a service on Kafka Streams. It begins with the brokers' time, or the machine's clock
 * where that cannot be had, and then goes on at the pace of {@link System#nanoTime}, so that a
 * clock that is set forward or back while the service runs moves nothing: Kafka Streams commits and
 * punctuates by it, and stamps changelogs, of which brokers refuse times of the future. It is never
 * before a time by which a broker has stamped a record: so a machine whose clock is days behind
 * does not take the present for the future. Thread-safe.
 */
final class MonotonicTime implements Time, LongSupplier {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final AtomicLong startMillis;

  /**
   * A time that begins now.
   *
   * @param clock the machine's, milliseconds since 1970
   * @param nanoTime as {@link System#nanoTime}
   */
  MonotonicTime(LongSupplier clock, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.startMillis = new AtomicLong(clock.getAsLong());
  }

  /** Goes on from a broker's time, which may be before the machine's. */
  void set(long millis) {
    startMillis.set(millis - elapsedMillis());
  }

  /** Takes a time by which a broker has stamped a record. */
  void observe(long appendMillis) {
    long start = appendMillis - elapsedMillis();
    if (start > startMillis.get()) {
      startMillis.accumulateAndGet(start, Math::max);
    }
  }

  @Override
  public long milliseconds() {
    return startMillis.get() + elapsedMillis();
  }

  @Override
  public long getAsLong() {
    return milliseconds();
  }

  @Override
  public long nanoseconds() {
    return nanoTime.getAsLong();
  }

  @Override
  public void sleep(long millis) {
    Utils.sleep(millis);
  }

  private long elapsedMillis() {
    return (nanoTime.getAsLong() - startNanos) / NANOS_PER_MILLI;
  }
}
