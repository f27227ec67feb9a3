package io.millrace.runtime;

import io.millrace.runtime.Transactions.Moment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Halts a loop at a moment, as if its process were stopped: nothing is closed, nothing is sent any
 * more; the group notices when the maximum poll interval has passed.
 */
final class ProbeStop implements Transactions.Probe {

  private final Moment moment;
  private final AtomicInteger remaining;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean dead;

  /** Halts when a moment is reached for the given time, counted from 1. */
  ProbeStop(Moment moment, int time) {
    this.moment = moment;
    this.remaining = new AtomicInteger(time);
  }

  @Override
  public void reached(Moment now) {
    if (now != moment || remaining.decrementAndGet() != 0) {
      return;
    }
    reached.countDown();
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (dead) {
      throw new IllegalStateException("killed when " + now);
    }
  }

  boolean isReached() {
    return reached.getCount() == 0;
  }

  /** The loop goes on, as a process that was only stopped. */
  void goOn() {
    released.countDown();
  }

  /** Lets the thread of a killed loop end, when nothing it does matters any more. */
  void bury() {
    dead = true;
    released.countDown();
  }
}
