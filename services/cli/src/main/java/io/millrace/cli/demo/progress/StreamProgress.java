package io.millrace.cli.demo.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a stream has come.
 *
 * @param name what a person calls it
 * @param done records done
 * @param total records in all, at least 1
 * @param perSecond records a second lately; 0 if unknown
 * @param accuracy what it has reached, 0 to 1; NaN if unknown
 */
public record StreamProgress(
    String name, long done, long total, double perSecond, double accuracy) {
  public StreamProgress {
    if (total < 1 || done < 0 || done > total) {
      throw new IllegalArgumentException(name + ": " + done + " of " + total);
    }
  }

  /** The share that is done, 0 to 1. */
  double share() {
    return (double) done / total;
  }

  /** The time that the rest takes at the present rate; empty if it stands still. */
  Optional<Duration> remaining() {
    return perSecond > 0
        ? Optional.of(Duration.ofMillis(Math.round(1000 * (total - done) / perSecond)))
        : Optional.empty();
  }
}
