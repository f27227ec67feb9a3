package io.millrace.runtime.training;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Instant;

/** The metrics of a trainer loop, put into the states that an operator is told of. */
public final class TrainerStates {

  private final TrainerMetrics metrics = new TrainerMetrics();

  /** A trainer that stands by. */
  public TrainerStates(String service, MeterRegistry registry) {
    metrics.bindTo(LoopMetrics.ofSteps(registry, service, "dead-letters"), service, 64);
  }

  /** It trains, or stands by. */
  public void active(boolean now) {
    metrics.active(now);
  }

  /** It holds records back. */
  public void heldBack(long records) {
    metrics.heldBack(records);
  }

  /** Its newest version was published then. */
  public void published(Instant time) {
    metrics.version(1, time, 1);
  }
}
