package io.millrace.cli.demo.report;

import java.time.Duration;

/**
 * How long the demonstration took.
 *
 * @param learning elapsed, from the first record to the last that was learned from
 * @param all elapsed, from the start of the broker to the summary
 * @param processor processor time of the whole process, user and system, since its start; zero on a
 *     system that does not tell
 */
public record DemoTimes(Duration learning, Duration all, Duration processor) {

  /** The times of a demonstration that ends now, in this process. */
  public static DemoTimes endingNow(Duration learning, Duration all) {
    Duration processor = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    return new DemoTimes(learning, all, processor);
  }
}
