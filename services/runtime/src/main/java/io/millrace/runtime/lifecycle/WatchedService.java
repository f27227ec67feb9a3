package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service under a {@link Watchdog}: if one of its threads makes no progress for longer than a
 * limit, the service has failed, although none of its threads has ended. Progress is a poll that
 * returned, or the end of what was polled. A long legal step does not count as a standstill: the
 * limit is at least twice the longest pause that the service allows itself, {@code
 * max.poll.interval.ms}, after which its group has given its partitions to others anyway.
 */
final class WatchedService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(WatchedService.class);

  private final Service service;
  private final Duration limit;
  private final Watchdog watchdog;
  private final ClockWatch clock;
  private volatile Duration standstill = Duration.ZERO;
  private volatile String failure = "";

  /**
   * Watches a service.
   *
   * @param limit without progress; zero for no limit
   */
  WatchedService(Service service, Duration limit, Watchdog watchdog, ClockWatch clock) {
    this.clock = clock;
    this.service = service;
    this.limit = limit;
    this.watchdog = watchdog;
  }

  @Override
  public String name() {
    return service.name();
  }

  @Override
  public void start() {
    service.start();
  }

  @Override
  public Health health() {
    Health health = service.health();
    if (!failure.isEmpty()) {
      return Health.FAILED;
    }
    if (health != Health.STARTING && health != Health.READY) {
      standstill = Duration.ZERO;
      return health;
    }
    clock.setBack().ifPresent(this::failByClock);
    if (!failure.isEmpty()) {
      return Health.FAILED;
    }
    standstill = watchdog.check(service.progress());
    Duration allowed = allowed();
    if (limit.isZero() || standstill.compareTo(allowed) <= 0) {
      return health;
    }
    fail(allowed);
    return Health.FAILED;
  }

  private synchronized void failByClock(Duration back) {
    if (failure.isEmpty()) {
      failure =
          ("the clock of this machine was set back by %d s: Kafka's clients would wait until it has"
                  + " caught up, so the process ends and goes on after its next start")
              .formatted(back.toSeconds());
      LOG.error("{} stops: {}", name(), failure);
    }
  }

  private Duration allowed() {
    Duration legal = service.longestPause().multipliedBy(2);
    return limit.compareTo(legal) > 0 ? limit : legal;
  }

  private synchronized void fail(Duration allowed) {
    if (failure.isEmpty()) {
      failure =
          ("no progress for %d s (watchdog.timeout.ms): a thread neither polls nor finishes; the"
                  + " log has the stacks of its threads")
              .formatted(allowed.toSeconds());
      LOG.error("{} stops: {}\n{}", name(), failure, stacks());
    }
  }

  /** Where the threads are whose names contain the service's. */
  private String stacks() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().contains(name()))
        .map(WatchedService::stack)
        .collect(Collectors.joining("\n"));
  }

  private static String stack(Map.Entry<Thread, StackTraceElement[]> thread) {
    return Arrays.stream(thread.getValue())
        .map(frame -> "\n    at " + frame)
        .collect(Collectors.joining("", thread.getKey().getName(), ""));
  }

  @Override
  public String failure() {
    return failure.isEmpty() ? service.failure() : failure;
  }

  @Override
  public long[] progress() {
    return service.progress();
  }

  @Override
  public Duration longestPause() {
    return service.longestPause();
  }

  @Override
  public List<HttpRoute> routes() {
    return service.routes();
  }

  @Override
  public void close(Duration timeout) {
    service.close(timeout);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    service.bindTo(registry);
    Gauge.builder("millrace.service.standstill", this, it -> it.standstill.toMillis() / 1e3)
        .description("Time for which a thread of the service has made no progress")
        .baseUnit("seconds")
        .tag("service", name())
        .register(registry);
  }
}
