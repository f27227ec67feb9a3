package io.millrace.labelling;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link LabellingStats}. */
final class LabellingMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", LabellingConfig.NAME);
  private static final String EVICTIONS = "millrace.labelling.evictions";

  private final LabellingStats stats;

  LabellingMetrics(LabellingStats stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    counter(
        meters, "millrace.records.in", "Records taken from topics", LabellingStats::recordsRead);
    counter(
        meters, "millrace.records.out", "Records sent, dead letters not", LabellingStats::written);
    counter(
        meters,
        "millrace.records.skipped",
        "Records that cannot be used and are passed by",
        LabellingStats::skipped);
    counter(
        meters,
        "millrace.labelling.unlabelled",
        "Images written without a label after the wait",
        LabellingStats::unlabelled);
    counter(
        meters,
        "millrace.labelling.replaced",
        "Waiting subjects replaced by a newer record",
        LabellingStats::replaced);
    counter(
        meters,
        "millrace.labelling.repeated",
        "Subject records that came again after they were written",
        LabellingStats::repeated);
    evictions(meters, "subject", LabellingStats::evictedSubjects);
    evictions(meters, "label", LabellingStats::evictedLabels);
    Gauge.builder("millrace.labelling.waiting", stats, LabellingStats::waiting)
        .description("Subjects without a label yet")
        .tags(TAGS)
        .register(meters);
  }

  private void evictions(
      MeterRegistry meters, String what, ToDoubleFunction<LabellingStats> value) {
    FunctionCounter.builder(EVICTIONS, stats, value)
        .description("What was forgotten when the retention was over")
        .tags(TAGS.and("what", what))
        .register(meters);
  }

  private void counter(
      MeterRegistry meters,
      String name,
      String description,
      ToDoubleFunction<LabellingStats> value) {
    FunctionCounter.builder(name, stats, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }
}
