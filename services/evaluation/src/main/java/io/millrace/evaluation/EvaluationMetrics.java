package io.millrace.evaluation;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link EvaluationStats}. */
final class EvaluationMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", EvaluationConfig.NAME);

  private final EvaluationStats stats;

  EvaluationMetrics(EvaluationStats stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    counter(meters, "in", "Records taken from topics", EvaluationStats::recordsRead);
    counter(meters, "out", "Records sent, dead letters not", EvaluationStats::published);
    counter(meters, "dead.lettered", "Records sent to dead-letters", EvaluationStats::deadLettered);
    evictions(meters, "prediction", EvaluationStats::evictedPredictions);
    evictions(meters, "label", EvaluationStats::evictedLabels);
    evictions(meters, "judgement", EvaluationStats::evictedJudgements);
    Gauge.builder("millrace.evaluation.waiting", stats, EvaluationStats::waiting)
        .description("Predictions without a label yet")
        .tags(TAGS)
        .register(meters);
    Gauge.builder("millrace.evaluation.held", stats, EvaluationStats::held)
        .description("Judged predictions whose version's inputs are not known yet")
        .tags(TAGS)
        .register(meters);
    stats.listen(model -> bindModel(meters, model));
  }

  private void bindModel(MeterRegistry meters, String model) {
    gauge(
        meters,
        "judged",
        "Prequential predictions held against their labels",
        model,
        it -> it.judged(model));
    gauge(
        meters,
        "accuracy",
        "Prequential accuracy of all that was served, 0 to 1",
        model,
        it -> it.accuracy(model));
    gauge(meters, "loss", "Mean loss of all that was served", model, it -> it.loss(model));
  }

  private void gauge(
      MeterRegistry meters,
      String name,
      String description,
      String model,
      ToDoubleFunction<EvaluationStats> value) {
    Gauge.builder("millrace.evaluation." + name, stats, value)
        .description(description)
        .tag("model", model)
        .register(meters);
  }

  private void evictions(
      MeterRegistry meters, String what, ToDoubleFunction<EvaluationStats> value) {
    FunctionCounter.builder("millrace.evaluation.evictions", stats, value)
        .description("What was forgotten when the retention was over")
        .tags(TAGS.and("what", what))
        .register(meters);
  }

  private void counter(
      MeterRegistry meters,
      String name,
      String description,
      ToDoubleFunction<EvaluationStats> value) {
    FunctionCounter.builder("millrace.records." + name, stats, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }
}
