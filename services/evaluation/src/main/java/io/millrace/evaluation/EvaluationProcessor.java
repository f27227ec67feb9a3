package io.millrace.evaluation;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Makes evaluations of facts: {@link PredictionLabelJoin} judges predictions, {@link
 * PrequentialScope} tells whether they are prequential, {@link ScoreAggregator} sums them. A window
 * is published whenever it has changed; it never closes, since labels may come late: the last
 * record of a window counts.
 */
final class EvaluationProcessor implements Processor<String, EvaluationInput, String, Evaluation> {

  private final EvaluationConfig config;
  private final EvaluationStats figures;
  private @Nullable Evaluator task;

  EvaluationProcessor(EvaluationConfig config, EvaluationStats figures) {
    this.config = config;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<String, Evaluation> context) {
    var here = new Evaluator(context, config, figures);
    task = here;
    long retention = config.retention().toMillis();
    context.schedule(
        Duration.ofMillis(Math.max(1, retention / 10)),
        PunctuationType.STREAM_TIME,
        now -> here.evict(now - retention, now - 2 * retention));
    context.schedule(
        config.publishInterval(), PunctuationType.WALL_CLOCK_TIME, _ -> here.publish());
  }

  @Override
  public void process(Record<String, EvaluationInput> record) {
    if (task == null) {
      throw new IllegalStateException("used before init");
    }
    task.take(record);
  }

  /** What there is while the partition is here. */
  private static final class Evaluator {

    private final ProcessorContext<String, Evaluation> context;
    private final EvaluationStats figures;
    private final PredictionLabelJoin pairing;
    private final PrequentialScope provenance;
    private final ScoreAggregator scores;

    Evaluator(
        ProcessorContext<String, Evaluation> context,
        EvaluationConfig config,
        EvaluationStats figures) {
      this.context = context;
      this.figures = figures;
      this.pairing = new PredictionLabelJoin(context, figures);
      this.scores = new ScoreAggregator(context, config, figures);
      this.provenance = new PrequentialScope(context, figures, scores::add);
    }

    void take(Record<String, EvaluationInput> record) {
      switch (record.value()) {
        case EvaluationInput.OfPrediction(Prediction prediction) ->
            pairing.addPrediction(prediction, record.timestamp()).ifPresent(provenance::classify);
        case EvaluationInput.OfLabel(Label label) -> {
          for (Judgement judgement :
              pairing.addLabel(label.getSubject(), label.getLabel(), record.timestamp())) {
            provenance.classify(judgement);
          }
        }
        case EvaluationInput.OfExample(var place) -> provenance.addExample(record.key(), place);
        case EvaluationInput.OfManifest(ModelManifest manifest) -> provenance.addVersion(manifest);
      }
    }

    /**
     * Forgets what came long ago; sums are published before.
     *
     * @param upToMillis predictions, labels, examples that came up to then
     * @param sumsUpToMillis sums that last grew up to then: later, since what is still waiting may
     *     be added to them
     */
    void evict(long upToMillis, long sumsUpToMillis) {
      publish();
      pairing.evict(upToMillis);
      provenance.evict(upToMillis);
      scores.evict(sumsUpToMillis);
    }

    void publish() {
      for (Evaluation evaluation : scores.takeChanged()) {
        String key = evaluation.getModel() + "/" + evaluation.getVersion();
        var id =
            key
                + "/"
                + evaluation.getScope()
                + "/"
                + evaluation.getWindowStart()
                + "/"
                + evaluation.getCount();
        long start = evaluation.getWindowStart().toEpochMilli();
        var headers =
            EventHeaders.of(
                null,
                id,
                "io.millrace.evaluation",
                EvaluationConfig.NAME,
                ContentType.AVRO.mediaType(),
                start);
        context.forward(new Record<>(key, evaluation, start, headers));
        figures.evaluationPublished();
      }
    }
  }
}
