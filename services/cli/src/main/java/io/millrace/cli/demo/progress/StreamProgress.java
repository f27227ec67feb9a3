package io.millrace.cli.demo.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * The progress of a stream.
 *
 * @param name for people
 * @param done the number of records processed
 * @param total the number of all records, at least 1
 * @param perSecond recent records per second; 0 if unknown
 * @param accuracy so far, 0 to 1; NaN if unknown
 */
public record StreamProgress(
    String name, long done, long total, double perSecond, double accuracy) {
  public StreamProgress {
    if (total < 1 || done < 0 || done > total) {
      throw new IllegalArgumentException(name + ": " + done + " of " + total);
    }
  }

  /** The share of records processed, 0 to 1. */
  double share() {
    return (double) done / total;
  }

  /** The time that the remaining records take at the present rate; empty if that is 0. */
  Optional<Duration> remaining() {
    return perSecond > 0
        ? Optional.of(Duration.ofMillis(Math.round(1000 * (total - done) / perSecond)))
        : Optional.empty();
  }
}
