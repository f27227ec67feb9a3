package io.millrace.runtime.lifecycle;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a process in which a service has failed until the failure was scraped, since a process that
 * ends within one scrape interval leaves no trace in the metrics. Does not wait where nobody has
 * ever scraped, on a laptop for instance. Thread-safe.
 */
final class FailureLinger {

  private static final long LOOK_MILLIS = 50;
  private static final long ANSWER_MILLIS = 200;

  private final Duration most;
  private final CountDownLatch failureScraped = new CountDownLatch(1);
  private volatile boolean everScraped;

  /**
   * A linger.
   *
   * @param most the longest wait; zero for none
   */
  FailureLinger(Duration most) {
    this.most = most;
  }

  /** Notes that the metrics were scraped, and whether a service had failed before. */
  void scraped(boolean failed) {
    everScraped = true;
    if (failed) {
      failureScraped.countDown();
    }
  }

  /**
   * Returns when the failure was scraped, a stop was requested or the longest wait is over.
   *
   * @return whether the failure was scraped
   */
  boolean await(CountDownLatch stopRequested) {
    if (!everScraped) {
      return false;
    }
    long deadline = System.nanoTime() + most.toNanos();
    try {
      while (stopRequested.getCount() > 0 && System.nanoTime() < deadline) {
        if (failureScraped.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          // The answer that holds the failure is still being written.
          TimeUnit.MILLISECONDS.sleep(ANSWER_MILLIS);
          return true;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }
}
