package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;

/**
 * A part of Millrace that runs until it is stopped. Each instance is created, started and closed
 * once. A service that fails reports {@link Health#FAILED} and the cause; it never restarts itself.
 */
public interface Service extends MeterBinder {

  /** The name on the command line, in metrics and in logs: {@code vision}. */
  String name();

  /** Starts its threads and returns at once. */
  void start();

  /** Its present state. Cheap; safe from any thread. */
  Health health();

  /** Why it failed; empty unless the health is {@link Health#FAILED}. */
  String failure();

  /**
   * A number for each of its threads that must not stand still; each changes when its thread makes
   * progress: has polled, or finished what it polled. None by default. Cheap; safe from any thread.
   */
  default long[] progress() {
    return new long[0];
  }

  /** How long a thread may legally take from one progress to the next; zero if not known. */
  default Duration longestPause() {
    return Duration.ZERO;
  }

  /** Its HTTP routes; none by default. */
  default List<HttpRoute> routes() {
    return List.of();
  }

  /**
   * Finishes and commits the work in progress and stops.
   *
   * @param timeout how long to wait before that work is given up; the next start repeats it
   */
  void close(Duration timeout);

  /** The states of a service. */
  enum Health {
    /** Not ready yet: joining its group or restoring its state. */
    STARTING,
    /** Processing records or waiting for them. */
    READY,
    /** Stopped by an error. */
    FAILED,
    /** Stopped on request. */
    STOPPED
  }
}
