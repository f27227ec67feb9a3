package io.millrace.evaluation;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.RecordTime;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.input.ContentType;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the inputs of one partition into evaluations:
 *
 * <ol>
 *   <li>{@link PredictionLabelJoin} judges a prediction when its label is known.
 *   <li>{@link PrequentialScope} decides whether the judgement is prequential.
 *   <li>{@link ScoreAggregator} adds it to the sums of its window, version and model.
 *   <li>At every publish interval an evaluation is sent for each window that has changed. A window
 *       never closes, since labels may come late: its last record counts.
 * </ol>
 */
final class EvaluationProcessor implements Processor<String, EvaluationInput, String, Evaluation> {

  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private @Nullable Evaluator evaluator;

  EvaluationProcessor(EvaluationConfig config, EvaluationStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, Evaluation> context) {
    var created = new Evaluator(context, config, stats);
    evaluator = created;
    Duration retention = config.retention();
    created.time.every(retention.dividedBy(10), now -> created.evict(now, retention));
    context.schedule(
        config.publishInterval(), PunctuationType.WALL_CLOCK_TIME, _ -> created.publish());
  }

  @Override
  public void process(Record<String, EvaluationInput> record) {
    if (evaluator == null) {
      throw new IllegalStateException("process was called before init");
    }
    evaluator.add(record);
  }

  /** The steps over the stores of one partition. */
  private static final class Evaluator {

    private final ProcessorContext<String, Evaluation> context;
    private final EvaluationStats stats;
    private final TaskTime time = new TaskTime();
    private final PredictionLabelJoin join;
    private final PrequentialScope scope;
    private final ScoreAggregator scores;

    Evaluator(
        ProcessorContext<String, Evaluation> context,
        EvaluationConfig config,
        EvaluationStats stats) {
      this.context = context;
      this.stats = stats;
      this.join = new PredictionLabelJoin(context, time, stats);
      this.scores = new ScoreAggregator(context, time, config, stats);
      this.scope = new PrequentialScope(context, time, stats, scores::add);
    }

    void add(Record<String, EvaluationInput> record) {
      time.observe(record.timestamp());
      long own = RecordTime.of(record.headers(), record.timestamp());
      String sourceTopic = SourceTopic.of(record.headers());
      switch (record.value()) {
        case EvaluationInput.OfPrediction(Prediction prediction) ->
            join.addPrediction(prediction, sourceTopic, own).ifPresent(scope::classify);
        case EvaluationInput.OfLabel(Label label) -> {
          for (Judgement judgement : join.addLabel(label.getSubject(), label.getLabel(), own)) {
            scope.classify(judgement);
          }
        }
        case EvaluationInput.OfExample(var position) ->
            scope.addExample(record.key(), sourceTopic, position);
        case EvaluationInput.OfManifest(ModelManifest manifest) -> scope.addVersion(manifest);
      }
      time.runDue();
    }

    /**
     * Publishes the changed windows, then removes predictions, labels and examples that are older
     * than the retention; sums after twice the retention, since predictions that are still stored
     * may be added to them.
     */
    void evict(long now, Duration retention) {
      publish();
      join.evict(now - retention.toMillis());
      scope.evict(now - retention.toMillis());
      scores.evict(now - 2 * retention.toMillis());
    }

    void publish() {
      for (Evaluation evaluation : scores.takeChanged()) {
        String version = evaluation.getModel() + "/" + evaluation.getVersion();
        long startMillis = evaluation.getWindowStart().toEpochMilli();
        Headers headers = headers(evaluation, version, startMillis);
        // The window's time is in the evaluation; a late one is kept as long as any other.
        long sent = context.currentSystemTimeMs();
        context.forward(new Record<>(version, evaluation, sent, headers));
        stats.evaluationPublished();
      }
    }

    private static Headers headers(Evaluation evaluation, String version, long startMillis) {
      String id =
          "%s/%s/%s/%d"
              .formatted(
                  version,
                  evaluation.getScope(),
                  evaluation.getWindowStart(),
                  evaluation.getCount() + evaluation.getUnanswered());
      return EventHeaders.of(
          null,
          id,
          "io.millrace.evaluation",
          EvaluationConfig.NAME,
          ContentType.AVRO.mediaType(),
          startMillis);
    }
  }
}
