package io.millrace.embedding;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.embedding.SkipGramStats;
import java.util.function.ToDoubleFunction;

/**
 * The figures of the embedding. Counters of what was learned tell of the model's whole life,
 * restarts included; those of what was written, of the process. Written by the trainer's thread,
 * read by any.
 */
final class EmbeddingMetrics implements MeterBinder {

  private volatile SkipGramStats now = SkipGramStats.NONE;
  private volatile WriteStats written = WriteStats.NONE;
  private volatile double meanLoss = Double.NaN;
  private volatile double churn = Double.NaN;

  /** Publishes figures that go on from earlier ones. */
  void update(SkipGramStats statistics) {
    long pairs = statistics.pairs() - now.pairs();
    if (pairs > 0) {
      meanLoss = (statistics.loss() - now.loss()) / pairs;
    }
    now = statistics;
  }

  /** Publishes figures of another life: a model made new or restored. */
  void reset(SkipGramStats statistics) {
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
  void written(WriteStats step, double newChurn) {
    written = written.plus(step);
    churn = newChurn;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    counter(registry, "words", "Words met", SkipGramStats::words);
    counter(registry, "words.unknown", "Words met that had no vector", SkipGramStats::unknown);
    counter(registry, "evictions", "Words forgotten for want of room", SkipGramStats::evicted);
    counter(registry, "evicted.mass", "Times they had been met", SkipGramStats::evictedMass);
    counter(registry, "pairs", "Pairs of target and context word learned", SkipGramStats::pairs);
    gauge(registry, "vocabulary", "Words that have a vector", SkipGramStats::vocabulary);
    gauge(registry, "counted", "Words that are counted", SkipGramStats::counted);
    writtenCounter(registry, "published.words", "Vectors published", WriteStats::words);
    writtenCounter(registry, "published.bytes", "Bytes of their records", WriteStats::wordBytes);
    writtenCounter(registry, "checkpoint.rows", "Rows of the state written", WriteStats::rows);
    writtenCounter(registry, "checkpoint.bytes", "Bytes of their parts", WriteStats::partBytes);
    Gauge.builder("millrace.embedding.loss", () -> meanLoss)
        .description("The mean loss of the last batch's pairs, nats")
        .register(registry);
    Gauge.builder("millrace.embedding.churn", () -> churn)
        .description("How far the last version's vectors moved since they were published before")
        .register(registry);
  }

  private void writtenCounter(
      MeterRegistry registry, String name, String description, ToDoubleFunction<WriteStats> value) {
    FunctionCounter.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.written))
        .description(description)
        .register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<SkipGramStats> value) {
    FunctionCounter.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<SkipGramStats> value) {
    Gauge.builder("millrace.embedding." + name, this, m -> value.applyAsDouble(m.now))
        .description(description)
        .register(registry);
  }
}
