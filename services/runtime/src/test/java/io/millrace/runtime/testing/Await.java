package io.millrace.runtime.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions in other processes. */
public final class Await {

  /** Much longer than needed: the machine may be busy with other work. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @throws AssertionError if it does not hold within three minutes
   */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + PATIENCE.toSeconds() + " s without success: " + what);
      }
      LockSupport.parkNanos(20_000_000);
    }
  }
}
