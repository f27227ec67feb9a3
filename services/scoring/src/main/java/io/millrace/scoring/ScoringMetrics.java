package io.millrace.scoring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.learning.vision.ReconstructionErrorPercentile;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The metrics of scoring, besides those of the batch loop. */
final class ScoringMetrics implements MeterBinder {

  /** A registry of its own, so that meters exist before anybody binds this. */
  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();

  private final Map<String, ServedModelMetrics> models = new ConcurrentHashMap<>();

  private volatile double medianError = Double.NaN;
  private volatile double highError = Double.NaN;

  ScoringMetrics() {
    Gauge.builder("millrace.scoring.reconstruction.error", () -> medianError)
        .description(
            "Mean squared error that this share of the last reconstructions does not exceed")
        .tag("quantile", "0.5")
        .register(meters);
    Gauge.builder("millrace.scoring.reconstruction.error", () -> highError)
        .description(
            "Mean squared error that this share of the last reconstructions does not exceed")
        .tag("quantile", "0.99")
        .register(meters);
  }

  /** Publishes quantiles of the recent errors. */
  void errors(ReconstructionErrorPercentile errors) {
    medianError = errors.quantile(0.5);
    highError = errors.quantile(0.99);
  }

  /** The metrics of a model. Its name is one of the code's constants, never data: it is a tag. */
  ServedModelMetrics model(String name) {
    return models.computeIfAbsent(
        name, model -> new ServedModelMetrics(meters, Tags.of("model", model)));
  }

  /** Publishes the off-heap memory, in bytes. */
  void offHeap(LongSupplier bytes) {
    Gauge.builder("millrace.scoring.off.heap", bytes::getAsLong)
        .description("Memory that networks hold outside the heap, of the whole process")
        .baseUnit("bytes")
        .register(meters);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }
}
