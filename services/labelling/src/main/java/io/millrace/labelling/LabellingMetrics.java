package io.millrace.labelling;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.metrics.Meters;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link LabellingStats}. */
final class LabellingMetrics implements MeterBinder {

  private final LabellingStats stats;

  LabellingMetrics(LabellingStats stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters<LabellingStats> meters =
        Meters.of(registry, stats)
            .tag("service", LabellingConfig.NAME)
            .counter("millrace.records.in", "Records read from topics", LabellingStats::recordsRead)
            .counter(
                "millrace.records.out",
                "Records sent, without dead letters",
                LabellingStats::written)
            .counter(
                "millrace.records.skipped",
                "Records skipped because they cannot be used",
                LabellingStats::skipped)
            .counter(
                "millrace.labelling.unlabelled",
                "Images written without a label after the wait",
                LabellingStats::unlabelled)
            .counter(
                "millrace.labelling.replaced",
                "Waiting subjects replaced by a newer record",
                LabellingStats::replaced)
            .counter(
                "millrace.labelling.repeated",
                "Subject records that came again after they were written",
                LabellingStats::repeated)
            .gauge(
                "millrace.labelling.waiting",
                "Subjects that wait for their label",
                LabellingStats::waiting);
    evictions(meters, "subject", LabellingStats::evictedSubjects);
    evictions(meters, "label", LabellingStats::evictedLabels);
  }

  private static void evictions(
      Meters<LabellingStats> meters, String what, ToDoubleFunction<LabellingStats> value) {
    meters
        .tag("what", what)
        .counter("millrace.labelling.evictions", "Entries removed after their retention", value);
  }
}
