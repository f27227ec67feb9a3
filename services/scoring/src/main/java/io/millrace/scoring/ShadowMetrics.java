package io.millrace.scoring;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The metrics of what answers in the shadow. They outlive a shadow that fails and is started again.
 */
final class ShadowMetrics implements MeterBinder {

  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();
  private final Map<String, Integer> challengers = new ConcurrentHashMap<>();
  private final Counter restarts;
  private final Timer waits;

  ShadowMetrics() {
    restarts =
        Counter.builder("millrace.scoring.shadow.restarts")
            .description("Times that the shadow has failed and was started again")
            .register(meters);
    waits =
        Timer.builder("millrace.scoring.shadow.waits")
            .description("Time that the shadow has waited while a batch to serve was answered")
            .register(meters);
  }

  /** A shadow has failed. */
  void restarted() {
    restarts.increment();
  }

  /** The shadow has given way. */
  void waited(Duration time) {
    waits.record(time);
  }

  /** How many challengers of a kind can answer. */
  void challengers(String kind, int count) {
    if (challengers.put(kind, count) == null) {
      Gauge.builder(
              "millrace.scoring.shadow.challengers", () -> requireNonNull(challengers.get(kind)))
          .description("Challengers that answer in the shadow of the version that is served")
          .tag("model", kind)
          .strongReference(true)
          .register(meters);
      predictions(kind);
      leftOutOf(kind);
    }
  }

  /** A challenger has made predictions. */
  void predicted(String model, int count) {
    predictions(model).increment(count);
  }

  /** A version of a challenger cannot answer. */
  void leftOut(String model) {
    leftOutOf(model).increment();
  }

  private Counter predictions(String model) {
    return Counter.builder("millrace.scoring.shadow.predictions")
        .description("Predictions that challengers made. Those of a repeated batch count again")
        .tag("model", model)
        .register(meters);
  }

  private Counter leftOutOf(String model) {
    return Counter.builder("millrace.scoring.shadow.left.out")
        .description(
            "Versions of challengers that are left out: they cannot be loaded, or answer with NaN"
                + " or infinity")
        .tag("model", model)
        .register(meters);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }
}
