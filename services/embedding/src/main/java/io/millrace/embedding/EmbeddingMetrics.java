package io.millrace.embedding;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.embedding.Statistics;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the embedding. Counters of what was learned tell of the model's whole life,
 * restarts included; those of what was written, of the process. Written by the trainer's thread,
 * read by any.
 */
final class EmbeddingMetrics implements MeterBinder {

  private volatile Statistics now = Statistics.NONE;
  private volatile Written written = Written.NOTHING;
  private volatile double meanLoss = Double.NaN;
  private volatile double churn = Double.NaN;

  /** Publishes figures that go on from earlier ones. */
  void update(Statistics statistics) {
    long pairs = statistics.pairs() - now.pairs();
    if (pairs > 0) {
      meanLoss = (statistics.loss() - now.loss()) / pairs;
    }
    now = statistics;
  }

  /** Publishes figures of another life: a model made new or restored. */
  void reset(Statistics statistics) {
    now = statistics;
    meanLoss = Double.NaN;
    churn = Double.NaN;
  }

  /**
   * Counts what a step writes.
   *
   * @param newChurn how far the vectors that were published again moved in the mean, as a share of
   *     their length; NaN if there is none
   */
  void written(Written step, double newChurn) {
    written = written.plus(step);
    churn = newChurn;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "words", "Words met", Statistics::words);
    counter(registry, "words.unknown", "Words met that had no vector", Statistics::unknown);
    counter(registry, "evictions", "Words forgotten for want of room", Statistics::evicted);
    counter(registry, "evicted.mass", "Times they had been met", Statistics::evictedMass);
    counter(registry, "pairs", "Pairs of target and context word learned", Statistics::pairs);
    gauge(registry, "vocabulary", "Words that have a vector", Statistics::vocabulary);
    gauge(registry, "counted", "Words that are counted", Statistics::counted);
    writtenCounter(registry, "published.words", "Vectors published", Written::words);
    writtenCounter(registry, "published.bytes", "Bytes of their records", Written::wordBytes);
    writtenCounter(registry, "checkpoint.rows", "Rows of the state written", Written::rows);
    writtenCounter(registry, "checkpoint.bytes", "Bytes of their parts", Written::partBytes);
    Gauge.builder("millrace.embedding.loss", () -> meanLoss)
        .description("The mean loss of the last batch's pairs, nats")
        .register(registry);
    Gauge.builder("millrace.embedding.churn", () -> churn)
        .description("How far the last version's vectors moved since they were published before")
        .register(registry);
  }

  private void writtenCounter(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Written> value) {
    FunctionCounter.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.written))
        .description(description)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Statistics> value) {
    FunctionCounter.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Statistics> value) {
    Gauge.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }
}
