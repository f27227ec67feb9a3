package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;

/**
 * A part of Millrace that runs until it is stopped. Lives once: created, started, closed. A service
 * that fails reports {@link Health#FAILED} and the cause; it never restarts itself.
 */
public interface Service extends MeterBinder {

  /** The name on the command line, in metrics and in logs: {@code vision}. */
  String name();

  /** Begins the work on threads of its own and returns at once. */
  void start();

  /** How it is now. Cheap; safe from any thread. */
  Health health();

  /** Why it failed; empty text unless the health is {@link Health#FAILED}. */
  String failure();

  /** What it answers over HTTP; nothing unless it says otherwise. */
  default List<HttpRoute> routes() {
    return List.of();
  }

  /**
   * Finishes the step in hand, commits it and stops.
   *
   * @param timeout how long to wait before the step is given up; it is then done again at the next
   *     start
   */
  void close(Duration timeout);

  /** The states of a service. */
  enum Health {
    /** Not yet working: joining its group, restoring its state. */
    STARTING,
    /** Working, or waiting for work. */
    READY,
    /** Stopped by an error. */
    FAILED,
    /** Stopped as asked. */
    STOPPED
  }
}
