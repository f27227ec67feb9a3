package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done again and again. An exception or error of one run is logged and counted,
 * and the next run comes all the same: a {@link ScheduledExecutorService} alone ends a task at its
 * first exception, for good and without a word. Of failures in a row the first is logged as an
 * error, and then that it goes well again.
 */
public final class PeriodicTask {

  /** What is done; a tag of the metric of failures. */
  public enum Kind {
    /** Asks whether topics are still the same. */
    TOPIC_IDS,
    /** Closes connections that take too long. */
    HTTP_CONNECTIONS,
    /** Samples the flow that the console shows. */
    CONSOLE_FLOW;

    private final AtomicLong failures = new AtomicLong();

    private String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(PeriodicTask.class);

  private final Kind kind;
  private final Runnable task;

  /** Read and written by one run after the other. */
  private boolean failing;

  private PeriodicTask(Kind kind, Runnable task) {
    this.kind = kind;
    this.task = task;
  }

  /**
   * Has something done until the executor is shut down; for the first time after one interval.
   *
   * @param interval from the end of a run to the beginning of the next
   */
  public static void schedule(
      ScheduledExecutorService executor, Kind kind, Duration interval, Runnable task) {
    var periodic = new PeriodicTask(kind, task);
    var _ =
        executor.scheduleWithFixedDelay(
            periodic::run, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Publishes how many runs have failed in this process. */
  public static void bindTo(MeterRegistry registry) {
    for (Kind kind : Kind.values()) {
      FunctionCounter.builder("millrace.periodic.task.failures", kind, it -> it.failures.get())
          .description("Runs of a periodic task that have failed; the next ones come all the same")
          .tag("task", kind.text())
          .register(registry);
    }
  }

  private void run() {
    try {
      task.run();
      if (failing) {
        failing = false;
        LOG.info("the periodic task {} goes well again", kind.text());
      }
    } catch (Throwable e) {
      // Errors too, such as StackOverflowError: nobody would notice that the task has ended.
      kind.failures.incrementAndGet();
      if (failing) {
        LOG.debug("the periodic task {} has failed again", kind.text(), e);
      } else {
        failing = true;
        LOG.error("the periodic task {} has failed; it is tried again", kind.text(), e);
      }
    }
  }
}
