package io.millrace.text.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.text.config.TextConfig;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link TextStats}. */
public final class TextMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", TextConfig.NAME);

  private final TextStats figures;

  public TextMetrics(TextStats figures) {
    this.figures = figures;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    counter(meters, "millrace.records.in", "Records taken from topics", TextStats::recordsRead);
    counter(
        meters,
        "millrace.records.out",
        "Records sent, dead letters not",
        TextStats::recordsWritten);
    counter(
        meters,
        "millrace.records.dead.lettered",
        "Records put on dead-letters",
        TextStats::recordsRejected);
    counter(
        meters,
        "millrace.records.skipped",
        "Records that cannot be used and are passed by",
        TextStats::recordsSkipped);
    counter(
        meters,
        "millrace.text.superseded",
        "Records that came after a newer one of the same document, from another partition",
        TextStats::recordsSuperseded);
    counter(
        meters,
        "millrace.text.expired",
        "Documents that stopped counting because of their age",
        TextStats::documentsExpired);
    counter(
        meters,
        "millrace.text.evicted.terms",
        "Terms that stopped counting because there were too many",
        TextStats::termsEvicted);
    counter(
        meters,
        "millrace.text.refreshed",
        "Vectors of documents that were weighed again, as a command asked for",
        TextStats::documentsReweighted);
    gauge(
        meters,
        "millrace.text.refreshing",
        "Partitions of this instance of which not all documents are weighed again yet",
        TextStats::partitionsReweighting);
    gauge(
        meters,
        "millrace.text.documents",
        "Live documents of the partitions that this instance has",
        TextStats::liveDocuments);
    gauge(
        meters,
        "millrace.text.vocabulary",
        "Different terms of all live documents; the same in every instance",
        TextStats::vocabularySize);
  }

  private void counter(
      MeterRegistry meters, String name, String description, ToDoubleFunction<TextStats> value) {
    FunctionCounter.builder(name, figures, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }

  private void gauge(
      MeterRegistry meters, String name, String description, ToDoubleFunction<TextStats> value) {
    Gauge.builder(name, figures, value).description(description).tags(TAGS).register(meters);
  }
}
