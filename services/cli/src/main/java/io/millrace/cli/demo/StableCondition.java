package io.millrace.cli.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A condition that has held at every look for some time. Figures that are read one after the other
 * may for a moment add up to what is not so. Not thread-safe.
 */
final class StableCondition implements BooleanSupplier {

  private final BooleanSupplier condition;
  private final long forNanos;
  private final LongSupplier nanoTime;
  private long since;
  private boolean held;

  /**
   * Of a condition.
   *
   * @param time how long it must have held
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
