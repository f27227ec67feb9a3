package io.millrace.vision;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.core.PrequentialStats;
import io.millrace.runtime.metrics.Meters;
import java.util.function.LongSupplier;

/**
 * Publishes the {@link VisionStats}. They count since the model began, over restarts. The trainer's
 * thread writes them, any thread reads them.
 */
final class VisionMetrics implements MeterBinder {

  private final String model;
  private final LongSupplier offHeapBytes;
  private volatile VisionStats now = VisionStats.NONE;
  private volatile double error = Double.NaN;
  private volatile int classes;
  private volatile int kept;
  private volatile long drifts;

  /**
   * Metrics of a model.
   *
   * @param model its name, the tag of all meters
   */
  VisionMetrics(String model, LongSupplier offHeapBytes) {
    this.model = model;
    this.offHeapBytes = offHeapBytes;
  }

  void update(VisionStats statistics, int knownClasses, int keptImages, long noticedDrifts) {
    error = statistics.imagesSince(now) > 0 ? statistics.errorSince(now) : error;
    now = statistics;
    classes = knownClasses;
    kept = keptImages;
    drifts = noticedDrifts;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("service", model)
        .tag("model", model)
        .gauge(
            "millrace.prequential.accuracy",
            "Share of the labelled images predicted correctly before they were learned from",
            metrics -> metrics.now.prequential().accuracySince(PrequentialStats.NONE))
        .gauge(
            "millrace.prequential.loss",
            "Mean cross-entropy of the labelled images before they were learned from, nats",
            metrics -> metrics.now.prequential().lossSince(PrequentialStats.NONE));
    bindImages(registry);
    bindModel(registry);
  }

  private void bindImages(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("model", model)
        .counter("millrace.vision.images", "Images learned from", metrics -> metrics.now.images())
        .counter(
            "millrace.vision.images.labelled",
            "Images learned from with their label",
            metrics -> metrics.now.prequential().labelled())
        .counter(
            "millrace.vision.images.refused",
            "Images that taught only the decoder because their class exceeds the maximum number of"
                + " classes",
            metrics -> metrics.now.prequential().refused())
        .counter(
            "millrace.vision.images.replayed",
            "Images replayed from memory, counted each time",
            metrics -> metrics.now.replayed());
  }

  private void bindModel(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("model", model)
        .gauge("millrace.vision.replay.memory", "Images kept for replay", metrics -> metrics.kept)
        .counter(
            "millrace.vision.drifts",
            "Drifts: times that the prequential error rose because the stream has changed",
            metrics -> metrics.drifts)
        .gauge(
            "millrace.vision.reconstruction.error",
            "Mean squared error of a pixel over the last batch, before it was learned from",
            metrics -> metrics.error)
        .gauge("millrace.vision.classes", "Known classes", metrics -> metrics.classes)
        .bytes(
            "millrace.vision.off.heap",
            "Memory that networks hold outside the heap",
            metrics -> metrics.offHeapBytes.getAsLong());
  }
}
