package io.millrace.evaluation;

import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.runtime.records.RecentTraces;
import io.millrace.runtime.records.RecordTime;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the inputs of one partition into judgements and pairs, each with the key by which it gets
 * to its sums:
 *
 * <ol>
 *   <li>{@link PredictionLabelJoin} judges a prediction when its label is known.
 *   <li>{@link PrequentialScope} decides whether the judgement is prequential.
 *   <li>{@link ChallengerJoin} pairs prequential judgements of one record.
 * </ol>
 */
final class JudgementProcessor implements Processor<String, EvaluationInput, String, ScoreInput> {

  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private @Nullable Judge judge;

  JudgementProcessor(EvaluationConfig config, EvaluationStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, ScoreInput> context) {
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

    private final ProcessorContext<String, ScoreInput> context;
    private final EvaluationStats stats;
    private final TaskTime time = new TaskTime();
    private final RecentTraces traces = new RecentTraces();
    private final PredictionLabelJoin join;
    private final PrequentialScope scope;
    private final ChallengerJoin challengers;

    Judge(
        ProcessorContext<String, ScoreInput> context,
        EvaluationConfig config,
        EvaluationStats stats) {
      this.context = context;
      this.stats = stats;
      this.join = new PredictionLabelJoin(context, time, stats);
      this.scope =
          new PrequentialScope(context, time, stats, config.figures().maxClasses(), this::forward);
      this.challengers = new ChallengerJoin(context, time, config.window(), stats, this::forward);
      Duration retention = config.retention();
      time.every(retention.dividedBy(10), now -> evict(now - retention.toMillis()));
    }

    void add(Record<String, EvaluationInput> record) {
      time.observe(record.timestamp());
      String challenger = ChallengerHeader.of(record.headers());
      long own = RecordTime.of(record.headers(), record.timestamp());
      String sourceTopic = SourceTopic.of(record.headers());
      String slice = Slice.of(record.headers());
      switch (record.value()) {
        case EvaluationInput.OfPrediction(Prediction prediction, _) -> {
          var origin = new PredictionLabelJoin.Origin(challenger, sourceTopic, own);
          Optional<Judgement> judged = join.addPrediction(prediction, origin, slice);
          Optional<TraceContext> label =
              prediction.getGivenLabel() == null
                  ? traces.find(prediction.getSubject())
                  : Optional.empty();
          judged.ifPresent(it -> judged(record, label, it));
          if (Traces.areExported()) {
            traces.keep(
                traceKey(
                    prediction.getSubject(),
                    prediction.getModel(),
                    prediction.getVersion(),
                    challenger),
                record.headers());
          }
        }
        case EvaluationInput.OfLabel(Label label) -> {
          String subject = label.getSubject();
          for (Judgement it : join.addLabel(subject, label.getLabel(), own, slice)) {
            String key = traceKey(subject, it.getModel(), it.getVersion(), it.getChallenger());
            judged(record, traces.find(key), it);
          }
          traces.keep(subject, record.headers());
        }
        case EvaluationInput.OfExample(var position, _) ->
            scope.addExample(record.key(), sourceTopic, position);
        case EvaluationInput.OfManifest(ModelManifest manifest) -> scope.addVersion(manifest);
      }
      time.runDue();
    }

    /**
     * @param record the later one of prediction and label
     * @param other the context of the earlier one
     */
    private void judged(Record<?, ?> record, Optional<TraceContext> other, Judgement judgement) {
      Traces.judged(record.headers(), other, judgement.getModel(), judgement.getVersion());
      Traces.during(Traces.sampled(record.headers()), () -> scope.classify(judgement));
    }

    /** Names a prediction; no subject ends like this. */
    private static String traceKey(String subject, String model, long version, String challenger) {
      return subject + " " + model + " " + version + " " + challenger;
    }

    private void forward(Judgement judgement, Scope decided) {
      String key = WindowKey.modelTotal(judgement, decided);
      context.forward(
          new Record<>(
              key, new ScoreInput.OfJudgement(judgement), time.millis(), Traces.currentHeaders()));
      if (decided == Scope.PREQUENTIAL) {
        challengers.add(judgement);
      }
    }

    private void forward(Comparison pair) {
      String key = ComparisonAggregator.name(pair);
      context.forward(new Record<>(key, new ScoreInput.OfPair(pair), time.millis()));
      stats.pairCompared();
    }

    /** Removes predictions, labels, examples and outcomes up to a time of the task. */
    private void evict(long upToMillis) {
      join.evict(upToMillis);
      scope.evict(upToMillis);
      challengers.evict(upToMillis);
    }
  }
}
