package io.millrace.evaluation;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.input.ContentType;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the judgements of models into evaluations:
 *
 * <ol>
 *   <li>{@link ScoreAggregator} adds a judgement to the sums of its window, version and model.
 *   <li>At every publish interval an evaluation is sent for each window that has changed. A window
 *       never closes, since labels may come late: its last record counts.
 * </ol>
 */
final class ScoreProcessor implements Processor<String, Judgement, String, Evaluation> {

  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private @Nullable Scores scores;

  ScoreProcessor(EvaluationConfig config, EvaluationStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, Evaluation> context) {
    var created = new Scores(context, config, stats);
    scores = created;
    context.schedule(
        config.publishInterval(), PunctuationType.WALL_CLOCK_TIME, _ -> created.publish());
  }

  @Override
  public void process(Record<String, Judgement> record) {
    if (scores == null) {
      throw new IllegalStateException("process was called before init");
    }
    scores.add(record);
  }

  @Override
  public void close() {
    if (scores != null) {
      scores.aggregator.close();
    }
  }

  /** The sums of one partition. */
  private static final class Scores {

    private final ProcessorContext<String, Evaluation> context;
    private final EvaluationStats stats;
    private final TaskTime time = new TaskTime();
    private final ScoreAggregator aggregator;

    Scores(
        ProcessorContext<String, Evaluation> context,
        EvaluationConfig config,
        EvaluationStats stats) {
      this.context = context;
      this.stats = stats;
      this.aggregator = new ScoreAggregator(context, time, config, stats);
      Duration retention = config.retention();
      time.every(retention.dividedBy(10), now -> evict(now - 2 * retention.toMillis()));
    }

    void add(Record<String, Judgement> record) {
      time.observe(record.timestamp());
      time.runDue();
      aggregator.add(record.value(), WindowKey.scopeOfTotal(record.key()));
    }

    /**
     * Publishes the changed windows, then removes sums. These stay for twice the retention, since
     * predictions that are still stored may be added to them.
     */
    private void evict(long upToMillis) {
      publish();
      aggregator.evict(upToMillis);
    }

    void publish() {
      for (Evaluation evaluation : aggregator.takeChanged()) {
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
