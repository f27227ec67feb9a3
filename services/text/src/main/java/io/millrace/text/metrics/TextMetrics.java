package io.millrace.text.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.metrics.Meters;
import io.millrace.text.config.TextConfig;

/** Publishes the {@link TextStats}. */
public final class TextMetrics implements MeterBinder {

  private final TextStats stats;

  public TextMetrics(TextStats stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters<TextStats> meters = Meters.of(registry, stats).tag("service", TextConfig.NAME);
    bindRecords(meters);
    bindState(meters);
  }

  private static void bindRecords(Meters<TextStats> meters) {
    meters
        .counter("millrace.records.in", "Records read from topics", TextStats::recordsRead)
        .counter(
            "millrace.records.out", "Records sent, without dead letters", TextStats::recordsWritten)
        .counter(
            "millrace.records.dead.lettered",
            "Records sent to dead-letters",
            TextStats::recordsRejected)
        .counter(
            "millrace.records.skipped",
            "Records skipped because they cannot be used",
            TextStats::recordsSkipped)
        .counter(
            "millrace.text.json.like",
            "Documents taken as plain text although they begin like JSON",
            TextStats::documentsLikeJson)
        .counter(
            "millrace.text.superseded",
            "Records that came after a newer one of the same document, from another partition",
            TextStats::recordsSuperseded);
  }

  private static void bindState(Meters<TextStats> meters) {
    meters
        .counter(
            "millrace.text.expired",
            "Documents that stopped counting because of their age",
            TextStats::documentsExpired)
        .counter(
            "millrace.text.evicted.terms",
            "Terms that stopped counting because the vocabulary was full",
            TextStats::termsEvicted)
        .counter(
            "millrace.text.refreshed",
            "Document vectors weighted again because a command asked for it",
            TextStats::documentsReweighted)
        .gauge(
            "millrace.text.refreshing",
            "Partitions of this instance with documents that a refresh has still to weight again",
            TextStats::partitionsReweighting)
        .gauge(
            "millrace.text.documents",
            "Live documents in the partitions of this instance",
            TextStats::liveDocuments)
        .gauge(
            "millrace.text.vocabulary",
            "Different terms of all live documents; the same in every instance",
            TextStats::vocabularySize);
  }
}
