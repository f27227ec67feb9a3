package io.millrace.evaluation;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.learning.core.judging.DelayHistogram;
import io.millrace.runtime.metrics.Meters;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import java.time.Duration;
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
                EvaluationStats::held)
            .counter(
                "millrace.evaluation.pairs",
                "Answers of challengers compared with what was served to the same record",
                EvaluationStats::pairs)
            .gauge(
                "millrace.evaluation.pairs.waiting",
                "Judged answers of challengers to records whose served answer is not judged yet",
                EvaluationStats::challengersWaiting);
    evictions(meters, "prediction", EvaluationStats::evictedPredictions);
    evictions(meters, "label", EvaluationStats::evictedLabels);
    evictions(meters, "judgement", EvaluationStats::evictedJudgements);
    evictions(meters, "challenger", EvaluationStats::evictedChallengers);
    stats.served().listen(model -> bindModel(registry, model));
    stats.shadows().listen(model -> bindShadow(registry, model));
  }

  private void bindShadow(MeterRegistry registry, String model) {
    Meters.of(registry, stats)
        .tag("model", model)
        .gauge(
            "millrace.evaluation.shadow.judged",
            "Prequential predictions of challengers compared with their labels",
            it -> it.shadows().judged(model))
        .gauge(
            "millrace.evaluation.shadow.accuracy",
            "Prequential accuracy of all predictions of challengers that had a label, 0 to 1",
            it -> it.shadows().accuracy(model))
        .gauge(
            "millrace.evaluation.shadow.recent.accuracy",
            "Prequential accuracy of what challengers answered recently, 0 to 1",
            it -> it.shadows().recent(model, EvaluationRecent::getSlidingAccuracy));
  }

  private void bindModel(MeterRegistry registry, String model) {
    Meters.of(registry, stats)
        .tag("model", model)
        .gauge(
            "millrace.evaluation.judged",
            "Prequential predictions compared with their labels",
            it -> it.served().judged(model))
        .gauge(
            "millrace.evaluation.unanswered",
            "Prequential predictions that had no label, when their label came",
            it -> it.served().unanswered(model))
        .gauge(
            "millrace.evaluation.accuracy",
            "Prequential accuracy of all served predictions that had a label, 0 to 1",
            it -> it.served().accuracy(model))
        .gauge(
            "millrace.evaluation.loss",
            "Mean loss of all served predictions that had a label",
            it -> it.served().loss(model))
        .gauge(
            "millrace.evaluation.calibration.error",
            "Expected calibration error of all served predictions that had a label, 0 to 1",
            it -> it.served().detail(model, EvaluationDetails::getCalibrationError));
    recent(
        registry,
        model,
        "sliding",
        EvaluationRecent::getSlidingAccuracy,
        EvaluationRecent::getSlidingLoss);
    recent(
        registry,
        model,
        "fading",
        EvaluationRecent::getFadingAccuracy,
        EvaluationRecent::getFadingLoss);
    kappa(registry, model, "no-change", EvaluationDetails::getKappaNoChange);
    kappa(registry, model, "majority", EvaluationDetails::getKappaMajority);
    kappa(registry, model, "chance", EvaluationDetails::getKappa);
    Timer delays =
        Timer.builder("millrace.evaluation.label.delay")
            .description("Time from a prequential prediction to its label")
            .tag("model", model)
            .serviceLevelObjectives(DelayHistogram.BOUNDS.toArray(Duration[]::new))
            .register(registry);
    stats.served().countLabelDelays(model, millis -> delays.record(Duration.ofMillis(millis)));
  }

  private void recent(
      MeterRegistry registry,
      String model,
      String over,
      ToDoubleFunction<EvaluationRecent> accuracy,
      ToDoubleFunction<EvaluationRecent> loss) {
    Meters.of(registry, stats)
        .tag("model", model)
        .tag("over", over)
        .gauge(
            "millrace.evaluation.recent.accuracy",
            "Prequential accuracy of what was served recently, 0 to 1",
            it -> it.served().recent(model, accuracy))
        .gauge(
            "millrace.evaluation.recent.loss",
            "Mean loss of what was served recently",
            it -> it.served().recent(model, loss));
  }

  private void kappa(
      MeterRegistry registry,
      String model,
      String baseline,
      ToDoubleFunction<EvaluationDetails> value) {
    Meters.of(registry, stats)
        .tag("model", model)
        .tag("baseline", baseline)
        .gauge(
            "millrace.evaluation.kappa",
            "Prequential accuracy compared with a simpler classifier's: 1 is perfect, 0 no better",
            it -> it.served().detail(model, value));
  }

  private static void evictions(
      Meters<EvaluationStats> meters, String what, ToDoubleFunction<EvaluationStats> value) {
    meters
        .tag("what", what)
        .counter("millrace.evaluation.evictions", "Entries removed after their retention", value);
  }
}
