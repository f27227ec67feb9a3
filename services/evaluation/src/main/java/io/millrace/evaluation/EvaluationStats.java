package io.millrace.evaluation;

import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Tally;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;

/**
 * Numbers of the evaluation in this process, which {@link EvaluationMetrics} publishes. A record
 * counts again when an aborted transaction is repeated. Safe for several threads.
 */
public final class EvaluationStats {

  private final LongAdder recordsRead = new LongAdder();
  private final LongAdder deadLettered = new LongAdder();
  private final LongAdder recordsPublished = new LongAdder();
  private final LongAdder pairs = new LongAdder();
  private final LongAdder evictedPredictions = new LongAdder();
  private final LongAdder evictedLabels = new LongAdder();
  private final LongAdder evictedJudgements = new LongAdder();
  private final LongAdder evictedChallengers = new LongAdder();
  private final Map<Integer, Long> waiting = new ConcurrentHashMap<>();
  private final Map<Integer, Long> held = new ConcurrentHashMap<>();
  private final Map<Integer, Long> challengersWaiting = new ConcurrentHashMap<>();
  private final OfModels served = new OfModels();
  private final OfModels shadows = new OfModels();

  /** The figures of models. Safe for several threads. */
  static final class OfModels {

    private final Map<String, Tally> prequential = new ConcurrentHashMap<>();
    private final Map<String, Published> published = new ConcurrentHashMap<>();
    private final Map<String, LongConsumer> labelDelays = new ConcurrentHashMap<>();
    private final List<Consumer<String>> newModel = new CopyOnWriteArrayList<>();

    /** The figures of a model that were published last. */
    private record Published(EvaluationDetails details, EvaluationRecent recent) {}

    private OfModels() {}

    void prequential(String model, Tally tally) {
      if (prequential.put(model, tally) == null) {
        newModel.forEach(listener -> listener.accept(model));
      }
    }

    /** Takes the figures of a model that are published. */
    void prequential(String model, EvaluationDetails details, EvaluationRecent recent) {
      published.put(model, new Published(details, recent));
    }

    /** Another instance may sum the model's judgements now. */
    void closed(String model) {
      prequential.remove(model);
      published.remove(model);
    }

    /** Takes the time from a prequential prediction to its label. */
    void labelDelay(String model, long millis) {
      LongConsumer histogram = labelDelays.get(model);
      if (histogram != null) {
        histogram.accept(millis);
      }
    }

    /** Has the delays of a model's labels counted, in milliseconds. */
    void countLabelDelays(String model, LongConsumer histogram) {
      labelDelays.put(model, histogram);
    }

    /** Calls the listener for every model, known or new, at least once each. */
    void listen(Consumer<String> listener) {
      newModel.add(listener);
      prequential.keySet().forEach(listener);
    }

    /** The number of prequential predictions of a model that had no label, and were not judged. */
    long unanswered(String model) {
      return of(model).getUnanswered();
    }

    /** The number of prequential judgements of a model, without those predictions. */
    long judged(String model) {
      return of(model).getCount();
    }

    /**
     * The share of them in which the prediction named the label, in [0, 1]; NaN before the first.
     */
    double accuracy(String model) {
      Tally tally = of(model);
      return (double) tally.getCorrect() / tally.getCount();
    }

    /** Their mean cross-entropy, in nats; NaN before the first. */
    double loss(String model) {
      Tally tally = of(model);
      return tally.getLoss() / tally.getCount();
    }

    /** A figure of the model's details that were published last; NaN before. */
    double detail(String model, ToDoubleFunction<EvaluationDetails> figure) {
      Published of = published.get(model);
      return of == null ? Double.NaN : figure.applyAsDouble(of.details);
    }

    /** A recent figure of the model that was published last; NaN before. */
    double recent(String model, ToDoubleFunction<EvaluationRecent> figure) {
      Published of = published.get(model);
      return of == null ? Double.NaN : figure.applyAsDouble(of.recent);
    }

    private Tally of(String model) {
      return prequential.getOrDefault(model, Tallies.EMPTY);
    }
  }

  /** What was served. */
  OfModels served() {
    return served;
  }

  /** What challengers answered. */
  OfModels shadows() {
    return shadows;
  }

  void recordRead() {
    recordsRead.increment();
  }

  void recordDeadLettered() {
    deadLettered.increment();
  }

  void evaluationPublished() {
    recordsPublished.increment();
  }

  void pairCompared() {
    pairs.increment();
  }

  void predictionEvicted() {
    evictedPredictions.increment();
  }

  void labelEvicted() {
    evictedLabels.increment();
  }

  void judgementEvicted() {
    evictedJudgements.increment();
  }

  void challengerEvicted() {
    evictedChallengers.increment();
  }

  void unlabelledPredictions(int partition, long count) {
    waiting.put(partition, count);
  }

  void judgementsHeld(int partition, long count) {
    held.put(partition, count);
  }

  void challengersWaiting(int partition, long count) {
    challengersWaiting.put(partition, count);
  }

  /** Another instance may have the partition now. */
  void partitionClosed(int partition) {
    waiting.remove(partition);
    held.remove(partition);
    challengersWaiting.remove(partition);
  }

  /** Records read from all topics. */
  public long recordsRead() {
    return recordsRead.sum();
  }

  /** Records sent to {@code dead-letters}. */
  public long deadLettered() {
    return deadLettered.sum();
  }

  /** Records sent to {@code evaluations}, {@code shadow-evaluations} and {@code comparisons}. */
  public long published() {
    return recordsPublished.sum();
  }

  /** Pairs of a served answer and a challenger's to one record. */
  public long pairs() {
    return pairs.sum();
  }

  /** Predictions evicted because no label came within the retention. */
  public long evictedPredictions() {
    return evictedPredictions.sum();
  }

  /** Labels evicted after the retention. */
  public long evictedLabels() {
    return evictedLabels.sum();
  }

  /** Judgements evicted because the inputs of their version did not become known in time. */
  public long evictedJudgements() {
    return evictedJudgements.sum();
  }

  /** Challengers' judgements evicted because what was served was not judged in time. */
  public long evictedChallengers() {
    return evictedChallengers.sum();
  }

  /** Predictions without a label yet. */
  public long waiting() {
    return sum(waiting);
  }

  /** Judgements that are not yet known to be prequential or not. */
  public long held() {
    return sum(held);
  }

  /** Challengers' prequential judgements whose record has no judgement of what was served yet. */
  public long challengersWaiting() {
    return sum(challengersWaiting);
  }

  private static long sum(Map<Integer, Long> byPartition) {
    return byPartition.values().stream().mapToLong(Long::longValue).sum();
  }
}
