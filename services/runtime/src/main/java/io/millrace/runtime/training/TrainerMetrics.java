package io.millrace.runtime.training;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.metrics.Meters;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The state of a trainer as metrics: whether it trains, its version, the records it holds back. The
 * loop's thread writes it, any thread reads it.
 */
final class TrainerMetrics {

  private volatile boolean active;
  private volatile long rehearsals;
  private volatile long heldBack;
  private volatile long stepRecords;
  private volatile long version;
  private volatile long manifests;
  private volatile int keptCheckpoints;
  private volatile Instant published = Instant.now();

  /**
   * Registers the meters, with the tags of the loop and the model's name.
   *
   * @param firstStepRecords how many records make the first version
   */
  void bindTo(LoopMetrics metrics, String model, long firstStepRecords) {
    stepRecords = firstStepRecords;
    MeterRegistry registry = metrics.registry();
    Meters.of(registry, this)
        .tag("service", metrics.service())
        .tag("model", model)
        .gauge(
            "millrace.trainer.active",
            "1 for the instance that trains, 0 for those that stand by",
            it -> it.active ? 1 : 0)
        .gauge(
            "millrace.records.held.back",
            "Records held back: read, but not yet a full step; part of the lag that needs no work",
            it -> it.heldBack)
        .gauge(
            "millrace.step.records",
            "Records that make a step, and a version",
            it -> it.stepRecords)
        .counter(
            "millrace.rehearsal.updates",
            "Optimizer updates from what the trainer keeps, made while the stream was quiet",
            it -> it.rehearsals)
        .gauge("millrace.model.version", "The newest version published", it -> it.version)
        .gauge(
            "millrace.model.manifests",
            "Versions whose manifests are on the models topic",
            it -> it.manifests)
        .gauge(
            "millrace.model.kept.checkpoints",
            "Whole checkpoints of older versions, from which models verify learns on",
            it -> it.keptCheckpoints);
    TimeGauge.builder(
            "millrace.model.version.age", this, TimeUnit.MILLISECONDS, TrainerMetrics::age)
        .description("Time since the newest version was published")
        .tags(metrics.tags().and("model", model))
        .register(registry);
  }

  /** Counts optimizer updates from what the trainer keeps; called by one thread. */
  void rehearsed(int updates) {
    rehearsals = rehearsals + updates;
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

  void stepRecords(long records) {
    stepRecords = records;
  }

  /**
   * Sets the newest version.
   *
   * @param onTopic how many versions have a manifest on the topic
   */
  void version(long newest, Instant time, long onTopic) {
    version = newest;
    published = time;
    manifests = onTopic;
  }

  void keptCheckpoints(int onTopic) {
    keptCheckpoints = onTopic;
  }

  private double age() {
    return Duration.between(published, Instant.now()).toMillis();
  }
}
