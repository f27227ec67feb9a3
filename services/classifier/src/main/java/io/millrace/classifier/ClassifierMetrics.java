package io.millrace.classifier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.classifier.Statistics;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the classifier, of the model's whole life, restarts included. Written by the
 * trainer's thread, read by any.
 */
final class ClassifierMetrics implements MeterBinder {

  private volatile Statistics now = Statistics.NONE;

  void update(Statistics statistics) {
    now = statistics;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    prequential(
        registry,
        "accuracy",
        "Share of the examples that were answered rightly before they were learned from",
        statistics -> statistics.accuracySince(Statistics.NONE));
    prequential(
        registry,
        "loss",
        "Mean cross-entropy of the examples before they were learned from, nats",
        statistics -> statistics.lossSince(Statistics.NONE));
    gauge(registry, "vocabulary", "Terms that have weights", Statistics::vocabulary);
    gauge(registry, "classes", "Classes that are known", Statistics::classes);
    counter(registry, "examples", "Examples learned from", Statistics::examples);
    counter(registry, "terms", "Terms that were given weights", Statistics::admitted);
    counter(registry, "evictions", "Terms forgotten for want of room", Statistics::evicted);
    counter(registry, "terms.ignored", "Times that a term got no weights", Statistics::ignored);
    counter(
        registry,
        "examples.refused",
        "Examples not learned from since their class was one too many",
        Statistics::refused);
  }

  private void prequential(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Statistics> value) {
    Gauge.builder("millrace.prequential." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .tag("service", ClassifierConfig.NAME)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Statistics> value) {
    Gauge.builder("millrace.classifier." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Statistics> value) {
    FunctionCounter.builder("millrace.classifier." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }
}
