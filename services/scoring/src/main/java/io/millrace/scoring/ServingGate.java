package io.millrace.scoring;

import java.time.Duration;

/**
 * Lets what is served go first: whoever shadows waits here while a batch is being answered. The
 * wait is bounded, so that a shadow beside a loop that is never idle goes on slowly.
 */
final class ServingGate {

  private int answering;

  /** A batch to serve is being answered. */
  synchronized void enter() {
    answering++;
  }

  /** It was answered. */
  synchronized void leave() {
    answering--;
    notifyAll();
  }

  /**
   * Waits until no batch is being answered.
   *
   * @return how long that took, at most about the bound
   */
  synchronized Duration awaitFree(Duration atMost) {
    long begun = System.nanoTime();
    try {
      long left = atMost.toMillis();
      while (answering > 0 && left > 0) {
        wait(left);
        left = atMost.toMillis() - (System.nanoTime() - begun) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
