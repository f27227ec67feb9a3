package io.millrace.evaluation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.metrics.Meters;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link EvaluationStats}. */
final class EvaluationMetrics implements MeterBinder {

  private final EvaluationStats stats;

  EvaluationMetrics(EvaluationStats stats) {
    this.stats = stats;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters<EvaluationStats> meters =
        Meters.of(registry, stats)
            .tag("service", EvaluationConfig.NAME)
            .counter(
                "millrace.records.in", "Records read from topics", EvaluationStats::recordsRead)
            .counter(
                "millrace.records.out",
                "Records sent, without dead letters",
                EvaluationStats::published)
            .counter(
                "millrace.records.dead.lettered",
                "Records sent to dead-letters",
                EvaluationStats::deadLettered)
            .gauge(
                "millrace.evaluation.waiting",
                "Predictions that wait for their label",
                EvaluationStats::waiting)
            .gauge(
                "millrace.evaluation.held",
                "Judged predictions whose version's inputs are not known yet",
                EvaluationStats::held);
    evictions(meters, "prediction", EvaluationStats::evictedPredictions);
    evictions(meters, "label", EvaluationStats::evictedLabels);
    evictions(meters, "judgement", EvaluationStats::evictedJudgements);
    stats.listen(model -> bindModel(registry, model));
  }

  private void bindModel(MeterRegistry registry, String model) {
    Meters.of(registry, stats)
        .tag("model", model)
        .gauge(
            "millrace.evaluation.judged",
            "Prequential predictions compared with their labels",
            it -> it.judged(model))
        .gauge(
            "millrace.evaluation.unanswered",
            "Prequential predictions that had no label, when their label came",
            it -> it.unanswered(model))
        .gauge(
            "millrace.evaluation.accuracy",
            "Prequential accuracy of all served predictions that had a label, 0 to 1",
            it -> it.accuracy(model))
        .gauge(
            "millrace.evaluation.loss",
            "Mean loss of all served predictions that had a label",
            it -> it.loss(model));
  }

  private static void evictions(
      Meters<EvaluationStats> meters, String what, ToDoubleFunction<EvaluationStats> value) {
    meters
        .tag("what", what)
        .counter("millrace.evaluation.evictions", "Entries removed after their retention", value);
  }
}
