package io.millrace.runtime.training;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** What a trainer is and has at the moment; written by its loop, read by anybody. */
final class TrainerMetrics {

  private volatile boolean active;
  private volatile long heldBack;
  private volatile long version;
  private volatile Instant published = Instant.now();

  /** Publishes them with the tags of the loop. */
  void bindTo(LoopMetrics metrics) {
    MeterRegistry registry = metrics.registry();
    Gauge.builder("millrace.trainer.active", this, gauges -> gauges.active ? 1 : 0)
        .description("1 for the instance that trains, 0 for those that stand by")
        .tags(metrics.tags())
        .register(registry);
    Gauge.builder("millrace.records.held.back", this, gauges -> gauges.heldBack)
        .description("Records read that fill no step yet; they are lag, but no work")
        .tags(metrics.tags())
        .register(registry);
    Gauge.builder("millrace.model.version", this, gauges -> gauges.version)
        .description("The newest version published")
        .tags(metrics.tags())
        .register(registry);
    TimeGauge.builder(
            "millrace.model.version.age", this, TimeUnit.MILLISECONDS, TrainerMetrics::age)
        .description("Since the newest version was published")
        .tags(metrics.tags())
        .register(registry);
  }

  void active(boolean now) {
    active = now;
    if (!now) {
      heldBack = 0;
    }
  }

  void heldBack(long records) {
    heldBack = records;
  }

  void version(long newest, Instant time) {
    version = newest;
    published = time;
  }

  private double age() {
    return Duration.between(published, Instant.now()).toMillis();
  }
}
