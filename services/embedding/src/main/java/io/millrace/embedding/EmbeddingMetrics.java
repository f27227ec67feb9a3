package io.millrace.embedding;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.embedding.SkipGramStats;
import io.millrace.runtime.metrics.Meters;

/**
 * Publishes the {@link SkipGramStats}, which count since the model began, over restarts, and the
 * {@link WriteStats}, which count since the process began. The trainer's thread writes them, any
 * thread reads them.
 */
final class EmbeddingMetrics implements MeterBinder {

  private final String model;
  private volatile SkipGramStats now = SkipGramStats.NONE;
  private volatile WriteStats written = WriteStats.NONE;
  private volatile double meanLoss = Double.NaN;
  private volatile double churn = Double.NaN;

  /**
   * Metrics of a model.
   *
   * @param model its name, the tag of all meters
   */
  EmbeddingMetrics(String model) {
    this.model = model;
  }

  /** Replaces the stats by newer ones of the same model. */
  void update(SkipGramStats statistics) {
    long pairs = statistics.pairs() - now.pairs();
    if (pairs > 0) {
      meanLoss = (statistics.loss() - now.loss()) / pairs;
    }
    now = statistics;
  }

  /** Replaces the stats by those of a new or restored model. */
  void reset(SkipGramStats statistics) {
    now = statistics;
    meanLoss = Double.NaN;
    churn = Double.NaN;
  }

  /**
   * Adds what a step writes.
   *
   * @param newChurn the mean move of the vectors that were published again, as a share of their
   *     length; NaN if there is none
   */
  void written(WriteStats step, double newChurn) {
    written = written.plus(step);
    churn = newChurn;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("model", model)
        .counter("millrace.embedding.words", "Words read", metrics -> metrics.now.words())
        .counter(
            "millrace.embedding.words.unknown",
            "Words read that have no vector",
            metrics -> metrics.now.unknown())
        .counter(
            "millrace.embedding.evictions",
            "Words removed because the vocabulary was full",
            metrics -> metrics.now.evicted())
        .counter(
            "millrace.embedding.evicted.mass",
            "Counted occurrences of the removed words",
            metrics -> metrics.now.evictedMass())
        .counter(
            "millrace.embedding.pairs",
            "Pairs of target and context word learned",
            metrics -> metrics.now.pairs())
        .gauge(
            "millrace.embedding.vocabulary",
            "Words that have a vector",
            metrics -> metrics.now.vocabulary())
        .gauge(
            "millrace.embedding.counted",
            "Words that are counted",
            metrics -> metrics.now.counted())
        .gauge(
            "millrace.embedding.loss",
            "Mean loss of the last batch's pairs, nats",
            metrics -> metrics.meanLoss);
    bindWritten(registry);
  }

  private void bindWritten(MeterRegistry registry) {
    Meters.of(registry, this)
        .tag("model", model)
        .counter(
            "millrace.embedding.published.words",
            "Vectors published",
            metrics -> metrics.written.words())
        .counter(
            "millrace.embedding.published.bytes",
            "Bytes of the published vectors' records",
            metrics -> metrics.written.wordBytes())
        .counter(
            "millrace.embedding.checkpoint.rows",
            "Rows written to the checkpoint",
            metrics -> metrics.written.rows())
        .counter(
            "millrace.embedding.checkpoint.bytes",
            "Bytes of the checkpoint parts written",
            metrics -> metrics.written.partBytes())
        .gauge(
            "millrace.embedding.churn",
            "Mean relative move of the last version's vectors since they were published before",
            metrics -> metrics.churn);
  }
}
