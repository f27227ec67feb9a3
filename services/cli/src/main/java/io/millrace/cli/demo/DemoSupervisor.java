package io.millrace.cli.demo;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.demo.monitor.TopicFollower;
import io.millrace.cli.demo.progress.ProgressView;
import io.millrace.cli.demo.progress.StreamProgress;
import io.millrace.cli.up.AllInOne;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for what the services do, shows it meanwhile, and gives up when it cannot come any more: a
 * service has failed, the feed has, a stop was asked for, or nothing has moved for long.
 */
final class DemoSupervisor {

  /** A stop was asked for. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Something that sends records and may be interrupted. */
  interface Sending {
    void run() throws InterruptedException;
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration STANDSTILL = Duration.ofMinutes(2);

  private final AllInOne services;
  private final TopicFollower watch;
  private final ProgressView view;
  private final BooleanSupplier stopRequested;
  private final AtomicReference<RuntimeException> sendingFailed = new AtomicReference<>();

  DemoSupervisor(
      AllInOne services, TopicFollower watch, ProgressView view, BooleanSupplier stopRequested) {
    this.services = services;
    this.watch = watch;
    this.view = view;
    this.stopRequested = stopRequested;
  }

  /** Sends on a thread of its own, which ends with the sending or by an interrupt. */
  Thread startSending(Sending sending) {
    return Thread.ofPlatform()
        .daemon()
        .name("demo-feed")
        .start(() -> {
          try {
            sending.run();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            sendingFailed.set(e);
          }
        });
  }

  /**
   * Returns when a condition holds.
   *
   * @param what it is, for the error
   * @param streams what to show, and by what to see whether something moves
   * @throws CommandException if it cannot come to hold
   */
  void await(String what, BooleanSupplier condition, Supplier<List<StreamProgress>> streams)
      throws InterruptedException {
    if (!await(condition, streams, STANDSTILL)) {
      throw new CommandException("nothing has moved for " + STANDSTILL.toSeconds() + " s: " + what);
    }
  }

  /**
   * Returns when a condition holds, or nothing has moved for so long.
   *
   * @return whether it holds
   */
  boolean await(
      BooleanSupplier condition, Supplier<List<StreamProgress>> streams, Duration standstill)
      throws InterruptedException {
    long moved = System.nanoTime();
    long last = -1;
    while (!condition.getAsBoolean()) {
      throwIfFailed();
      List<StreamProgress> now = streams.get();
      view.show(now);
      long done = now.stream().mapToLong(StreamProgress::done).sum();
      if (done != last) {
        last = done;
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > standstill.toNanos()) {
        return false;
      }
      Thread.sleep(LOOK_EVERY);
    }
    view.show(streams.get());
    return true;
  }

  private void throwIfFailed() {
    if (stopRequested.getAsBoolean()) {
      throw new Stopped();
    }
    Optional<String> failure = services.host().failure().or(watch::failure);
    if (failure.isPresent()) {
      throw new CommandException(failure.get());
    }
    RuntimeException sending = sendingFailed.get();
    if (sending != null) {
      throw sending;
    }
  }
}
