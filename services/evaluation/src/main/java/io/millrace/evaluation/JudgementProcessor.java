package io.millrace.evaluation;

import io.millrace.runtime.records.RecordTime;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import java.time.Duration;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the inputs of one partition into judgements, each with the {@link WindowKey#modelTotal}
 * that it counts in as key:
 *
 * <ol>
 *   <li>{@link PredictionLabelJoin} judges a prediction when its label is known.
 *   <li>{@link PrequentialScope} decides whether the judgement is prequential.
 * </ol>
 */
final class JudgementProcessor implements Processor<String, EvaluationInput, String, Judgement> {

  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private @Nullable Judge judge;

  JudgementProcessor(EvaluationConfig config, EvaluationStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, Judgement> context) {
    judge = new Judge(context, config, stats);
  }

  @Override
  public void process(Record<String, EvaluationInput> record) {
    if (judge == null) {
      throw new IllegalStateException("process was called before init");
    }
    judge.add(record);
  }

  @Override
  public void close() {
    if (judge != null) {
      stats.partitionClosed(judge.context.taskId().partition());
    }
  }

  /** The steps over the stores of one partition. */
  private static final class Judge {

    private final ProcessorContext<String, Judgement> context;
    private final TaskTime time = new TaskTime();
    private final PredictionLabelJoin join;
    private final PrequentialScope scope;

    Judge(
        ProcessorContext<String, Judgement> context,
        EvaluationConfig config,
        EvaluationStats stats) {
      this.context = context;
      this.join = new PredictionLabelJoin(context, time, stats);
      this.scope =
          new PrequentialScope(context, time, stats, config.figures().maxClasses(), this::forward);
      Duration retention = config.retention();
      time.every(retention.dividedBy(10), now -> evict(now - retention.toMillis()));
    }

    void add(Record<String, EvaluationInput> record) {
      time.observe(record.timestamp());
      long own = RecordTime.of(record.headers(), record.timestamp());
      String sourceTopic = SourceTopic.of(record.headers());
      String slice = Slice.of(record.headers());
      switch (record.value()) {
        case EvaluationInput.OfPrediction(Prediction prediction) ->
            join.addPrediction(prediction, sourceTopic, own, slice).ifPresent(scope::classify);
        case EvaluationInput.OfLabel(Label label) ->
            join.addLabel(label.getSubject(), label.getLabel(), own, slice)
                .forEach(scope::classify);
        case EvaluationInput.OfExample(var position, _) ->
            scope.addExample(record.key(), sourceTopic, position);
        case EvaluationInput.OfManifest(ModelManifest manifest) -> scope.addVersion(manifest);
      }
      time.runDue();
    }

    private void forward(Judgement judgement, Scope decided) {
      String key = WindowKey.modelTotal(judgement.getModel(), decided);
      context.forward(new Record<>(key, judgement, time.millis()));
    }

    /** Removes predictions, labels and examples up to a time of the task. */
    private void evict(long upToMillis) {
      join.evict(upToMillis);
      scope.evict(upToMillis);
    }
  }
}
