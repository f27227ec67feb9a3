package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service with a companion, which may fail without it: health, progress and routes are the
 * service's alone. A companion that has failed is closed and made anew, after a pause that doubles
 * with each failure and begins anew when one has run for longer than the longest pause. An error of
 * the JVM, such as one of memory, while one is made, started or closed is the service's failure.
 */
public final class AccompaniedService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(AccompaniedService.class);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration CLOSE_FAILED = Duration.ofSeconds(5);

  private final Service main;
  private final Supplier<Service> companions;
  private final Runnable restarted;
  private final MeterBinder meters;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
  private volatile Duration closeWithin = Duration.ZERO;
  private volatile @Nullable Service companion;
  private volatile String failure = "";

  /**
   * A service with a companion.
   *
   * @param companions makes the companion, at the start and after each failure
   * @param restarted is told of each failure
   * @param meters of all companions, one after the other
   */
  public AccompaniedService(
      Service main, Supplier<Service> companions, Runnable restarted, MeterBinder meters) {
    this.main = main;
    this.companions = companions;
    this.restarted = restarted;
    this.meters = meters;
    this.thread =
        Thread.ofPlatform().daemon().name(main.name() + "-companion").unstarted(this::accompany);
  }

  @Override
  public String name() {
    return main.name();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    main.bindTo(registry);
    meters.bindTo(registry);
    registries.add(registry);
    Service running = companion;
    if (running != null) {
      running.bindTo(registry);
    }
  }

  @Override
  public void start() {
    main.start();
    thread.start();
  }

  @Override
  public Health health() {
    return failure.isEmpty() ? main.health() : Health.FAILED;
  }

  @Override
  public String failure() {
    return failure.isEmpty() ? main.failure() : failure;
  }

  @Override
  public long[] progress() {
    return main.progress();
  }

  @Override
  public Duration longestPause() {
    return main.longestPause();
  }

  @Override
  public List<HttpRoute> routes() {
    return main.routes();
  }

  @Override
  public void close(Duration timeout) {
    closeWithin = timeout;
    closing.countDown();
    main.close(timeout);
    try {
      if (thread.isAlive() && !thread.join(timeout)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accompany() {
    Duration pause = FIRST_PAUSE;
    try {
      while (closing.getCount() > 0) {
        long startedNanos = System.nanoTime();
        String failure = runCompanion();
        if (closing.getCount() > 0) {
          restarted.run();
          boolean ranLong = System.nanoTime() - startedNanos > LONGEST_PAUSE.toNanos();
          pause = ranLong ? FIRST_PAUSE : pause;
          LOG.error(
              "what runs beside {} has failed and starts again in {}: {}",
              main.name(),
              pause,
              failure);
          closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
          pause = pause.multipliedBy(2);
          pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      failure = RootCause.message(e);
    }
  }

  /** Runs a companion until it fails, or this is closed; returns why it has failed. */
  private String runCompanion() throws InterruptedException {
    Service made = null;
    try {
      made = companions.get();
      companion = made;
      registries.forEach(made::bindTo);
      made.start();
      while (made.health() != Health.FAILED && made.health() != Health.STOPPED) {
        if (closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          made.close(closeWithin);
          return "";
        }
      }
      made.close(CLOSE_FAILED);
      return made.failure();
    } catch (RuntimeException | Error e) {
      LOG.error("what runs beside {} has failed", main.name(), e);
      if (made != null) {
        closeFailed(made);
      }
      // A library may be missing, which the service does not need.
      if (e instanceof Error && !(e instanceof LinkageError)) {
        throw e;
      }
      return RootCause.message(e);
    }
  }

  private void closeFailed(Service made) {
    try {
      made.close(CLOSE_FAILED);
    } catch (RuntimeException e) {
      LOG.warn("what ran beside {} could not be closed", main.name(), e);
    }
  }
}
