package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a loop as a service: its one thread, its health, its end. */
public final class LoopService implements Service {

  private static final Logger LOG = LoggerFactory.getLogger(LoopService.class);

  /** What runs on the thread until it is asked to stop. */
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
  private volatile Runnable wakeUp = () -> {};

  public LoopService(String name, Loop loop) {
    this(name, loop, List.of());
  }

  /**
   * A service that is a loop.
   *
   * @param name the service's
   * @param loop runs until it is to stop; what it throws is the service's failure
   * @param routes what it answers over HTTP
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
   * Where the loop and what belongs to it register their figures. A registry of its own, shown in
   * those that ask for it: so the meters of clients, which come and go, appear there too.
   */
  public MeterRegistry meters() {
    return meters;
  }

  /** Whether the loop is to end at the next good moment. */
  public boolean stopping() {
    return stopping;
  }

  /** The loop tells whether it works or is still getting ready. */
  public void setReady(boolean ready) {
    health = ready ? Health.READY : Health.STARTING;
  }

  /** The loop tells how to end a wait for records early; safe from any thread. */
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
            "{} did not stop within {}; what it has not committed is done again", name, timeout);
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
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      if (stopping) {
        LOG.info("{} stops, a step given up: {}", name, RootCause.message(e));
        health = Health.STOPPED;
      } else {
        failure = RootCause.message(e);
        health = Health.FAILED;
        LOG.error("{} stops: {}", name, failure, e);
      }
    }
  }
}
