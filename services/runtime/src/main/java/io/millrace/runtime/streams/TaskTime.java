package io.millrace.runtime.streams;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The time by which a task keeps and evicts: the latest send time of the records that it took since
 * it started. The broker stamps repartition topics ({@link BoundedClientSupplier}), so that neither
 * a producer's clock nor this machine's can evict anything. Kafka Streams' own stream time would
 * also remember wrong times that builds before this one have taken. Not thread-safe.
 */
public final class TaskTime {

  private final List<Periodic> periodic = new ArrayList<>();
  private long latest = Long.MIN_VALUE;

  private static final class Periodic {
    private final long intervalMillis;
    private final LongConsumer action;
    private long next = Long.MIN_VALUE;

    private Periodic(long intervalMillis, LongConsumer action) {
      this.intervalMillis = intervalMillis;
      this.action = action;
    }

    private void runIfDue(long now) {
      if (now >= next) {
        next = now + intervalMillis;
        action.accept(now);
      }
    }
  }

  /**
   * Registers what {@link #runDue} runs with the first record and then once an interval.
   *
   * @param action takes the time, milliseconds since 1970
   */
  public void every(Duration interval, LongConsumer action) {
    periodic.add(new Periodic(Math.max(1, interval.toMillis()), action));
  }

  /** Takes the timestamp of a record, milliseconds since 1970. */
  public void observe(long timestamp) {
    latest = Math.max(latest, timestamp);
  }

  /**
   * The time, milliseconds since 1970.
   *
   * @throws IllegalStateException if no record was taken yet
   */
  public long millis() {
    if (latest == Long.MIN_VALUE) {
      throw new IllegalStateException("no record was taken yet");
    }
    return latest;
  }

  /** Runs what is due, after a record was processed. */
  public void runDue() {
    periodic.forEach(it -> it.runIfDue(latest));
  }
}
