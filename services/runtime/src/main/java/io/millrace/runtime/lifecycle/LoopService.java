package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that is one loop on one thread: starts the thread, keeps its health, stops it. */
public final class LoopService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(LoopService.class);

  /** The body of the thread; runs until {@link #stopping}. */
  public interface Loop {
    void run(LoopService service);
  }

  private final String name;
  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();
  private final Loop loop;
  private final List<HttpRoute> routes;
  private final Thread thread;
  private volatile Health health = Health.STARTING;
  private volatile String failure = "";
  private volatile boolean stopping;
  private final AtomicLong rounds = new AtomicLong();
  private volatile Duration longestPause = Duration.ZERO;
  private volatile Runnable wakeUp = () -> {};

  public LoopService(String name, Loop loop) {
    this(name, loop, List.of());
  }

  /**
   * A service that runs a loop.
   *
   * @param name the service's name
   * @param loop its exception is the service's failure
   * @param routes the service's HTTP routes
   */
  public LoopService(String name, Loop loop, List<HttpRoute> routes) {
    this.name = name;
    this.routes = List.copyOf(routes);
    this.loop = loop;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }

  @Override
  public void start() {
    thread.start();
  }

  @Override
  public List<HttpRoute> routes() {
    return routes;
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public String failure() {
    return failure;
  }

  /**
   * The registry for the meters of the loop. It passes them on to the registries that the service
   * is bound to, also those of Kafka clients that are made later.
   */
  public MeterRegistry meters() {
    return meters;
  }

  /** Whether the loop should end as soon as it can. */
  public boolean stopping() {
    return stopping;
  }

  /** Sets whether the loop is ready; called by the loop. */
  public void setReady(boolean ready) {
    health = ready ? Health.READY : Health.STARTING;
  }

  /** Notes that the loop goes on: it has polled, or finished what it polled. Called by the loop. */
  public void progressed() {
    rounds.incrementAndGet();
  }

  /** Sets how long a round of the loop may legally take; called by the loop. */
  public void setLongestPause(Duration pause) {
    longestPause = pause;
  }

  @Override
  public long[] progress() {
    return new long[] {rounds.get()};
  }

  @Override
  public Duration longestPause() {
    return longestPause;
  }

  /** Sets what ends a wait for records early; it is called from other threads. */
  public void setWakeup(Runnable how) {
    wakeUp = how;
  }

  @Override
  public void close(Duration timeout) {
    stopping = true;
    wakeUp.run();
    try {
      if (thread.isAlive() && !thread.join(timeout)) {
        LOG.warn(
            "{} did not stop within {}; the next start repeats what it has not committed",
            name,
            timeout);
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (health != Health.FAILED) {
      health = Health.STOPPED;
    }
  }

  private void run() {
    try {
      loop.run(this);
      health = Health.STOPPED;
    } catch (WakeupException e) {
      health = Health.STOPPED;
    } catch (Throwable e) {
      // Errors too, such as StackOverflowError: a dead thread must not leave the service READY.
      if (stopping && !(e instanceof Error)) {
        LOG.info("{} stops and gives up its work in progress: {}", name, RootCause.message(e));
        health = Health.STOPPED;
      } else {
        failure = RootCause.message(e);
        health = Health.FAILED;
        LOG.error("{} stops: {}", name, failure, e);
      }
    }
  }
}
