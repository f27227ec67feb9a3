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
 * Waits for conditions and shows progress meanwhile. Gives up if a service or the feed has failed,
 * if a stop was requested, or if there was no progress for two minutes.
 */
final class DemoSupervisor {

  /** A stop was requested. */
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Sends records; may be interrupted. */
  interface Sending {
    void run() throws InterruptedException;
  }

  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** The progress is shown, and asked for, less often: that costs more than the condition. */
  private static final Duration SHOW_EVERY = Duration.ofMillis(500);

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

  /** Sends on a thread of its own, which ends when sending ends or when it is interrupted. */
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
          } catch (Error e) {
            sendingFailed.set(new IllegalStateException("sending has ended: " + e, e));
          }
        });
  }

  /**
   * Waits until a condition holds.
   *
   * @param otherwise what is the case while the condition does not hold, for the error
   * @param streams the progress to show, which also tells whether there is any
   * @throws CommandException if there is no progress for two minutes, or something has failed
   */
  void await(String otherwise, BooleanSupplier condition, Supplier<List<StreamProgress>> streams)
      throws InterruptedException {
    if (!await(condition, streams, STANDSTILL)) {
      throw new CommandException("no progress for " + STANDSTILL.toSeconds() + " s: " + otherwise);
    }
  }

  /**
   * Waits until a condition holds, or until there was no progress for some time.
   *
   * @return whether it holds
   */
  boolean await(
      BooleanSupplier condition, Supplier<List<StreamProgress>> streams, Duration standstill)
      throws InterruptedException {
    long moved = System.nanoTime();
    long shown = moved - SHOW_EVERY.toNanos();
    long last = -1;
    while (!condition.getAsBoolean()) {
      throwIfFailed();
      long now = System.nanoTime();
      if (now - shown >= SHOW_EVERY.toNanos()) {
        shown = now;
        List<StreamProgress> progress = streams.get();
        view.show(progress);
        long done = progress.stream().mapToLong(StreamProgress::done).sum();
        if (done != last) {
          last = done;
          moved = now;
        } else if (now - moved > standstill.toNanos()) {
          return false;
        }
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
