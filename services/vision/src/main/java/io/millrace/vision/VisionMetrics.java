package io.millrace.vision;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.core.PrequentialStats;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the vision, of the model's whole life, restarts included. Written by the trainer's
 * thread, read by any.
 */
final class VisionMetrics implements MeterBinder {

  private final LongSupplier offHeapBytes;
  private volatile VisionStats now = VisionStats.NONE;
  private volatile double error = Double.NaN;
  private volatile int classes;
  private volatile int kept;
  private volatile long drifts;

  VisionMetrics(LongSupplier offHeapBytes) {
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
    prequential(
        registry,
        "accuracy",
        "Share of the labelled images that were answered rightly before they were learned from",
        stats -> stats.prequential().accuracySince(PrequentialStats.NONE));
    prequential(
        registry,
        "loss",
        "Mean cross-entropy of the labelled images before they were learned from, nats",
        stats -> stats.prequential().lossSince(PrequentialStats.NONE));
    counter(registry, "images", "Images learned from", VisionStats::images);
    counter(
        registry,
        "images.labelled",
        "Images learned from with their label",
        stats -> stats.prequential().labelled());
    counter(
        registry,
        "images.refused",
        "Images that taught the decoder alone since their class was one too many",
        stats -> stats.prequential().refused());
    counter(
        registry,
        "images.replayed",
        "Images learned from again, each time counted",
        VisionStats::replayed);
    Gauge.builder("millrace.vision.replay.memory", () -> kept)
        .description("Images that are kept to be learned from again")
        .register(registry);
    FunctionCounter.builder("millrace.vision.drifts", this, m -> m.drifts)
        .description("Times that the errors made before learning rose: the stream has changed")
        .register(registry);
    Gauge.builder("millrace.vision.reconstruction.error", () -> error)
        .description(
            "Mean squared error of a pixel over the last batch, before it was learned from")
        .register(registry);
    Gauge.builder("millrace.vision.classes", () -> classes)
        .description("Classes that are known")
        .register(registry);
    Gauge.builder("millrace.vision.off.heap", offHeapBytes::getAsLong)
        .description("Memory that networks hold outside the heap")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
  }

  private void prequential(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<VisionStats> value) {
    Gauge.builder("millrace.prequential." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .tag("service", VisionConfig.NAME)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<VisionStats> value) {
    FunctionCounter.builder("millrace.vision." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }
}
