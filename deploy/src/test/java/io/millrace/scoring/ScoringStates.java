package io.millrace.scoring;

import io.micrometer.core.instrument.MeterRegistry;

/** The metrics of scoring, put into the states that an operator is told of. */
public final class ScoringStates {

  private final ScoringMetrics metrics = new ScoringMetrics();
  private final ShadowMetrics shadow = new ShadowMetrics();

  /** Scoring that answers by a version of each model. */
  public ScoringStates(MeterRegistry registry) {
    metrics.bindTo(registry);
    shadow.bindTo(registry);
    metrics.model("vision");
    metrics.drift("vision", ScoringMetrics.DriftSignal.INPUT);
  }

  /** A version of vision cannot be loaded; the one before answers. */
  public void passOver() {
    metrics.model("vision").passedOver();
    metrics.model("vision").fallenBack(true);
  }

  /** Images look otherwise. */
  public void drift() {
    metrics.drift("vision", ScoringMetrics.DriftSignal.INPUT).update(0.5, 1);
  }

  /** The shadow fails and is started again. */
  public void shadowFails() {
    shadow.restarted();
  }
}
