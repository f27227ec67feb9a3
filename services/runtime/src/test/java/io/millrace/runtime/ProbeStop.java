package io.millrace.runtime;

import io.millrace.runtime.Transactions.Moment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Halts a loop at a moment, as if its process were stopped: nothing is closed, nothing is sent any
 * more; the group notices when the maximum poll interval has passed.
 */
public final class ProbeStop implements Transactions.Probe {

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

  /** Halts when the answers to a batch are sent and not committed, for the given time from 1. */
  public static ProbeStop beforeCommit(int time) {
    return new ProbeStop(Moment.OFFSETS_SENT, time);
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

  /** Whether it has halted the loop. */
  public boolean isReached() {
    return reached.getCount() == 0;
  }

  /** The loop goes on, as a process that was only stopped. */
  public void goOn() {
    released.countDown();
  }

  /** Lets the thread of a killed loop end, when nothing it does matters any more. */
  public void bury() {
    dead = true;
    released.countDown();
  }
}
