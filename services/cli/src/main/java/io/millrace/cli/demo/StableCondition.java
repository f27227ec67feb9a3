package io.millrace.cli.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A condition that holds once another has held at every check for some time. Metrics that are read
 * one after the other can for a moment satisfy a condition that does not hold. Not thread-safe.
 */
final class StableCondition implements BooleanSupplier {

  private final BooleanSupplier condition;
  private final long forNanos;
  private final LongSupplier nanoTime;
  private long since;
  private boolean held;

  /**
   * Creates a stable form of a condition.
   *
   * @param time how long the condition must have held
   * @param nanoTime the clock, as {@link System#nanoTime()}
   */
  StableCondition(BooleanSupplier condition, Duration time, LongSupplier nanoTime) {
    this.condition = condition;
    this.forNanos = time.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean getAsBoolean() {
    if (!condition.getAsBoolean()) {
      held = false;
      return false;
    }
    long now = nanoTime.getAsLong();
    if (!held) {
      held = true;
      since = now;
    }
    return now - since >= forNanos;
  }
}
