package io.millrace.classifier;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.classifier.ClassifierStats;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the classifier, of the model's whole life, restarts included. Written by the
 * trainer's thread, read by any.
 */
final class ClassifierMetrics implements MeterBinder {

  private volatile ClassifierStats now = ClassifierStats.NONE;

  void update(ClassifierStats statistics) {
    now = statistics;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    prequential(
        registry,
        "accuracy",
        "Share of the examples that were answered rightly before they were learned from",
        statistics -> statistics.accuracySince(ClassifierStats.NONE));
    prequential(
        registry,
        "loss",
        "Mean cross-entropy of the examples before they were learned from, nats",
        statistics -> statistics.lossSince(ClassifierStats.NONE));
    gauge(registry, "vocabulary", "Terms that have weights", ClassifierStats::vocabulary);
    gauge(registry, "classes", "Classes that are known", ClassifierStats::classes);
    counter(registry, "examples", "Examples learned from", ClassifierStats::examples);
    counter(registry, "terms", "Terms that were given weights", ClassifierStats::admitted);
    counter(registry, "evictions", "Terms forgotten for want of room", ClassifierStats::evicted);
    counter(
        registry, "terms.ignored", "Times that a term got no weights", ClassifierStats::ignored);
    counter(
        registry,
        "examples.refused",
        "Examples not learned from since their class was one too many",
        ClassifierStats::refused);
  }

  private void prequential(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ClassifierStats> value) {
    Gauge.builder("millrace.prequential." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .tag("service", ClassifierConfig.NAME)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ClassifierStats> value) {
    Gauge.builder("millrace.classifier." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ClassifierStats> value) {
    FunctionCounter.builder("millrace.classifier." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }
}
