package io.millrace.cli.demo.progress;

import java.time.Duration;
import java.util.ArrayDeque;

/** Measures records per second over a sliding window of time. Not thread-safe. */
public final class ThroughputMeter {

  private record Sample(long nanos, long count) {}

  private final long windowNanos;
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();

  /** Creates a meter with a window of some length. */
  public ThroughputMeter(Duration window) {
    windowNanos = window.toNanos();
  }

  /**
   * Adds a sample.
   *
   * @param nanos the time, as {@link System#nanoTime()}; not before the last sample
   * @return records per second over the window; 0 while unknown
   */
  public double update(long nanos, long count) {
    samples.addLast(new Sample(nanos, count));
    while (samples.size() > 2 && nanos - samples.getFirst().nanos() > windowNanos) {
      samples.removeFirst();
    }
    Sample first = samples.getFirst();
    long passed = nanos - first.nanos();
    return passed <= 0 ? 0 : Math.max(0, count - first.count()) * 1e9 / passed;
  }
}
