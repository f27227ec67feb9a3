package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A service whose loop makes no progress, under the watchdog, by a clock of its own. */
public final class StalledService {

  private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();

  private final AtomicLong nanos = new AtomicLong();
  private final WatchedService watched;

  /** A service that has just begun. */
  public StalledService(String name, MeterRegistry registry) {
    watched =
        new WatchedService(
            new LoopService(name, _ -> {}),
            Duration.ZERO,
            new Watchdog(nanos::get),
            new ClockWatch(() -> 0, () -> 0));
    watched.bindTo(registry);
    watched.health();
  }

  /** Time goes by, in which the host looks at it every second. */
  public void standStill(Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      nanos.addAndGet(LOOK_NANOS);
      watched.health();
    }
  }
}
