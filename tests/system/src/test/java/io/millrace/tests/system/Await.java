package io.millrace.tests.system;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens elsewhere. */
final class Await {

  /** Far beyond what is needed: the machine may be busy with other things. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private Await() {}

  /**
   * Returns when a condition holds.
   *
   * @throws AssertionError if it does not for three minutes
   */
  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + PATIENCE + " in vain: " + what);
      }
      LockSupport.parkNanos(50_000_000);
    }
  }
}
