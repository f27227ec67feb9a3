package io.millrace.tests.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions in other processes. */
final class Await {

  /** Much longer than needed: the machine may be busy with other work. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Await() {}

  /**
   * Waits until a condition holds.
   *
   * @throws AssertionError if it does not hold within three minutes
   */
  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + PATIENCE.toSeconds() + " s without success: " + what);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }
}
