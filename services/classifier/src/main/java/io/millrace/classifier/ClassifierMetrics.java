package io.millrace.classifier;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.classifier.ClassifierStats;
import io.millrace.runtime.metrics.Meters;

/**
 * Publishes the {@link ClassifierStats}. They count since the model began, over restarts. The
 * trainer's thread writes them, any thread reads them.
 */
final class ClassifierMetrics implements MeterBinder {

  private final String model;
  private volatile ClassifierStats now = ClassifierStats.NONE;
  private volatile long drifts;

  /**
   * Metrics of a model.
   *
   * @param model its name, the tag of all meters
   */
  ClassifierMetrics(String model) {
    this.model = model;
  }

  void update(ClassifierStats statistics, long detectedDrifts) {
    now = statistics;
    drifts = detectedDrifts;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("service", model)
        .tag("model", model)
        .gauge(
            "millrace.prequential.accuracy",
            "Share of the examples that were predicted correctly before they were learned from",
            metrics -> metrics.now.accuracySince(ClassifierStats.NONE))
        .gauge(
            "millrace.prequential.loss",
            "Mean cross-entropy of the examples before they were learned from, nats",
            metrics -> metrics.now.lossSince(ClassifierStats.NONE));
    Meters.of(registry, this)
        .tag("model", model)
        .gauge(
            "millrace.classifier.vocabulary",
            "Terms that have weights",
            metrics -> metrics.now.vocabulary())
        .gauge("millrace.classifier.classes", "Known classes", metrics -> metrics.now.classes())
        .counter(
            "millrace.classifier.examples",
            "Examples learned from",
            metrics -> metrics.now.examples())
        .counter(
            "millrace.classifier.terms",
            "Terms that were given weights",
            metrics -> metrics.now.admitted())
        .counter(
            "millrace.classifier.evictions",
            "Terms removed because the vocabulary was full",
            metrics -> metrics.now.evicted())
        .counter(
            "millrace.classifier.terms.ignored",
            "Occurrences of terms without weights",
            metrics -> metrics.now.ignored())
        .counter(
            "millrace.classifier.examples.refused",
            "Examples not learned from because their class exceeds the maximum number of classes",
            metrics -> metrics.now.refused())
        .counter(
            "millrace.classifier.drifts",
            "Drifts: times that the prequential error rose because the stream has changed",
            metrics -> metrics.drifts);
  }
}
