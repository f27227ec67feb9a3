package io.millrace.text;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link TextFigures}. */
final class TextMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", TextConfig.NAME);

  private final TextFigures figures;

  TextMetrics(TextFigures figures) {
    this.figures = figures;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    counter(meters, "millrace.records.in", "Records taken from topics", TextFigures::taken);
    counter(meters, "millrace.records.out", "Records sent, dead letters not", TextFigures::written);
    counter(
        meters,
        "millrace.records.dead.lettered",
        "Records put on dead-letters",
        TextFigures::refused);
    counter(
        meters,
        "millrace.records.skipped",
        "Records that cannot be used and are passed by",
        TextFigures::skipped);
    counter(
        meters,
        "millrace.text.superseded",
        "Records that came after a newer one of the same document, from another partition",
        TextFigures::superseded);
    counter(
        meters,
        "millrace.text.expired",
        "Documents that stopped counting because of their age",
        TextFigures::expired);
    counter(
        meters,
        "millrace.text.evicted.terms",
        "Terms that stopped counting because there were too many",
        TextFigures::evicted);
    counter(
        meters,
        "millrace.text.refreshed",
        "Vectors of documents that were weighed again, as a command asked for",
        TextFigures::refreshed);
    gauge(
        meters,
        "millrace.text.refreshing",
        "Partitions of this instance of which not all documents are weighed again yet",
        TextFigures::refreshing);
    gauge(
        meters,
        "millrace.text.documents",
        "Live documents of the partitions that this instance has",
        TextFigures::documents);
    gauge(
        meters,
        "millrace.text.vocabulary",
        "Different terms of all live documents; the same in every instance",
        TextFigures::terms);
  }

  private void counter(
      MeterRegistry meters, String name, String description, ToDoubleFunction<TextFigures> value) {
    FunctionCounter.builder(name, figures, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }

  private void gauge(
      MeterRegistry meters, String name, String description, ToDoubleFunction<TextFigures> value) {
    Gauge.builder(name, figures, value).description(description).tags(TAGS).register(meters);
  }
}
