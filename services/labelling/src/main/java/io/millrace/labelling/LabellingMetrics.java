package io.millrace.labelling;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link LabellingFigures}. */
final class LabellingMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", LabellingConfig.NAME);
  private static final String EVICTIONS = "millrace.labelling.evictions";

  private final LabellingFigures figures;

  LabellingMetrics(LabellingFigures figures) {
    this.figures = figures;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    counter(meters, "millrace.records.in", "Records taken from topics", LabellingFigures::taken);
    counter(
        meters,
        "millrace.records.out",
        "Records sent, dead letters not",
        LabellingFigures::written);
    counter(
        meters,
        "millrace.records.skipped",
        "Records that cannot be used and are passed by",
        LabellingFigures::skipped);
    counter(
        meters,
        "millrace.labelling.unlabelled",
        "Images written without a label after the wait",
        LabellingFigures::unlabelled);
    counter(
        meters,
        "millrace.labelling.replaced",
        "Waiting subjects replaced by a newer record",
        LabellingFigures::replaced);
    counter(
        meters,
        "millrace.labelling.repeated",
        "Subject records that came again after they were written",
        LabellingFigures::repeated);
    evictions(meters, "subject", LabellingFigures::evictedSubjects);
    evictions(meters, "label", LabellingFigures::evictedLabels);
    Gauge.builder("millrace.labelling.waiting", figures, LabellingFigures::waiting)
        .description("Subjects without a label yet")
        .tags(TAGS)
        .register(meters);
  }

  private void evictions(
      MeterRegistry meters, String what, ToDoubleFunction<LabellingFigures> value) {
    FunctionCounter.builder(EVICTIONS, figures, value)
        .description("What was forgotten when the retention was over")
        .tags(TAGS.and("what", what))
        .register(meters);
  }

  private void counter(
      MeterRegistry meters,
      String name,
      String description,
      ToDoubleFunction<LabellingFigures> value) {
    FunctionCounter.builder(name, figures, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }
}
