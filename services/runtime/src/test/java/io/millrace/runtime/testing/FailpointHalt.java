package io.millrace.runtime.testing;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.kafka.Transactions.Failpoint;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Halts a loop at a moment, as if its process were stopped: nothing is closed, nothing is sent any
 * more; the group notices when the maximum poll interval has passed.
 */
public final class FailpointHalt implements Transactions.FailpointListener {

  private final Failpoint moment;
  private final AtomicInteger remaining;
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean dead;

  /** Halts when a moment is reached for the given time, counted from 1. */
  public FailpointHalt(Failpoint moment, int time) {
    this.moment = moment;
    this.remaining = new AtomicInteger(time);
  }

  /** Halts when the answers to a batch are sent and not committed, for the given time from 1. */
  public static FailpointHalt beforeCommit(int time) {
    return new FailpointHalt(Failpoint.OFFSETS_SENT, time);
  }

  @Override
  public void reached(Failpoint now) {
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
  public void resume() {
    released.countDown();
  }

  /** Lets the thread of a killed loop end, when nothing it does matters any more. */
  public void kill() {
    dead = true;
    released.countDown();
  }
}
