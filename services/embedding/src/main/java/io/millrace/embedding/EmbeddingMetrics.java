package io.millrace.embedding;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.embedding.Statistics;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the embedding. Its counters tell of the model's whole life, restarts included.
 * Written by the trainer's thread, read by any.
 */
final class EmbeddingMetrics implements MeterBinder {

  private volatile Statistics now = Statistics.NONE;
  private volatile double meanLoss = Double.NaN;

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
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "words", "Words met", Statistics::words);
    counter(registry, "words.unknown", "Words met that had no vector", Statistics::unknown);
    counter(registry, "evictions", "Words forgotten for want of room", Statistics::evicted);
    counter(registry, "pairs", "Pairs of target and context word learned", Statistics::pairs);
    gauge(registry, "vocabulary", "Words that have a vector", Statistics::vocabulary);
    gauge(registry, "counted", "Words that are counted", Statistics::counted);
    Gauge.builder("millrace.embedding.loss", () -> meanLoss)
        .description("The mean loss of the last batch's pairs, nats")
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
