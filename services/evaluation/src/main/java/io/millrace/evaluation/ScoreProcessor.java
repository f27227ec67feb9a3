package io.millrace.evaluation;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.input.ContentType;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Turns the judgements of models into evaluations, and pairs into comparisons:
 *
 * <ol>
 *   <li>{@link ScoreAggregator} adds a judgement to the sums of its window, version and model.
 *   <li>{@link ComparisonAggregator} adds a pair to the sum of its window, version and challenger.
 *   <li>At every publish interval an evaluation or comparison is sent for each window that has
 *       changed. A window never closes, since labels may come late: its last record counts.
 * </ol>
 */
final class ScoreProcessor implements Processor<String, ScoreInput, String, ScoreOutput> {

  private static final AvroCodec<Evaluation> EVALUATIONS = AvroCodec.of(Evaluation.class);
  private static final AvroCodec<Comparison> COMPARISONS = AvroCodec.of(Comparison.class);

  private final EvaluationConfig config;
  private final EvaluationStats stats;
  private @Nullable Scores scores;

  ScoreProcessor(EvaluationConfig config, EvaluationStats stats) {
    this.config = config;
    this.stats = stats;
  }

  @Override
  public void init(ProcessorContext<String, ScoreOutput> context) {
    var created = new Scores(context, config, stats);
    scores = created;
    context.schedule(
        config.publishInterval(), PunctuationType.WALL_CLOCK_TIME, _ -> created.publish());
  }

  @Override
  public void process(Record<String, ScoreInput> record) {
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

    private final ProcessorContext<String, ScoreOutput> context;
    private final EvaluationStats stats;
    private final TaskTime time = new TaskTime();
    private final ScoreAggregator aggregator;
    private final ComparisonAggregator comparisons;

    Scores(
        ProcessorContext<String, ScoreOutput> context,
        EvaluationConfig config,
        EvaluationStats stats) {
      this.context = context;
      this.stats = stats;
      this.aggregator = new ScoreAggregator(context, time, config, stats);
      this.comparisons = new ComparisonAggregator(context, time);
      Duration retention = config.retention();
      time.every(retention.dividedBy(10), now -> evict(now - 2 * retention.toMillis()));
    }

    void add(Record<String, ScoreInput> record) {
      time.observe(record.timestamp());
      time.runDue();
      switch (record.value()) {
        case ScoreInput.OfJudgement(Judgement judgement) ->
            Traces.during(
                Traces.sampled(record.headers()),
                () -> aggregator.add(judgement, WindowKey.scopeOfTotal(record.key())));
        case ScoreInput.OfPair(Comparison pair) -> comparisons.add(pair);
      }
    }

    /**
     * Publishes the changed windows, then removes sums. These stay for twice the retention, since
     * predictions that are still stored may be added to them.
     */
    private void evict(long upToMillis) {
      publish();
      aggregator.evict(upToMillis);
      comparisons.evict(upToMillis);
    }

    void publish() {
      for (ScoreOutput.OfVersion output : aggregator.takeChanged()) {
        Evaluation it = output.evaluation();
        String version = it.getModel() + "/" + it.getVersion();
        String id =
            "%s/%s/%s/%d"
                .formatted(
                    version,
                    it.getScope(),
                    it.getWindowStart(),
                    it.getCount() + it.getUnanswered());
        forward(version, output, id, "io.millrace.evaluation", it.getWindowStart());
      }
      for (Comparison it : comparisons.takeChanged()) {
        String name = ComparisonAggregator.name(it);
        String id =
            "%s/%s/%d"
                .formatted(
                    name,
                    it.getWindowStart(),
                    it.getBothRight()
                        + it.getOnlyChampion()
                        + it.getOnlyChallenger()
                        + it.getBothWrong());
        var output = new ScoreOutput.OfComparison(it);
        forward(name, output, id, "io.millrace.comparison", it.getWindowStart());
      }
    }

    /** The window's time is in the value; a late one is kept as long as any other. */
    private void forward(
        String key, ScoreOutput output, String id, String type, Instant windowStart) {
      Headers headers =
          EventHeaders.of(
              null,
              id,
              type,
              EvaluationConfig.NAME,
              ContentType.AVRO.mediaType(),
              windowStart.toEpochMilli());
      EventHeaders.describe(
          headers,
          key,
          switch (output) {
            case ScoreOutput.OfVersion _ -> EVALUATIONS;
            case ScoreOutput.OfComparison _ -> COMPARISONS;
          });
      context.forward(new Record<>(key, output, context.currentSystemTimeMs(), headers));
      stats.evaluationPublished();
    }
  }
}
