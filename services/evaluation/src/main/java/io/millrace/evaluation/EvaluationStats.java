package io.millrace.evaluation;

import io.millrace.schemas.avro.Tally;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Numbers of the evaluation in this process, which {@link EvaluationMetrics} publishes. A record
 * counts again when an aborted transaction is repeated. Safe for several threads.
 */
public final class EvaluationStats {

  private static final Tally EMPTY = new Tally(0L, 0L, 0.0, 0.0, 0L);

  private final LongAdder recordsRead = new LongAdder();
  private final LongAdder deadLettered = new LongAdder();
  private final LongAdder published = new LongAdder();
  private final LongAdder evictedPredictions = new LongAdder();
  private final LongAdder evictedLabels = new LongAdder();
  private final LongAdder evictedJudgements = new LongAdder();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Tally> prequential = new ConcurrentHashMap<>();
  private final List<Consumer<String>> newModel = new CopyOnWriteArrayList<>();

  void recordRead() {
    recordsRead.increment();
  }

  void recordDeadLettered() {
    deadLettered.increment();
  }

  void evaluationPublished() {
    published.increment();
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

  void unlabelledPredictions(long count) {
    waiting.set(count);
  }

  void judgementsHeld(long count) {
    held.set(count);
  }

  void prequential(String model, Tally tally) {
    if (prequential.put(model, tally) == null) {
      newModel.forEach(listener -> listener.accept(model));
    }
  }

  /** Calls the listener for every model, known or new, at least once each. */
  void listen(Consumer<String> listener) {
    newModel.add(listener);
    prequential.keySet().forEach(listener);
  }

  /** Records read from all topics. */
  public long recordsRead() {
    return recordsRead.sum();
  }

  /** Records sent to {@code dead-letters}. */
  public long deadLettered() {
    return deadLettered.sum();
  }

  /** Records sent to {@code evaluations}. */
  public long published() {
    return published.sum();
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

  /** Predictions without a label yet. */
  public long waiting() {
    return waiting.get();
  }

  /** Judgements that are not yet known to be prequential or not. */
  public long held() {
    return held.get();
  }

  /** The number of prequential predictions of a model that had no label, and were not judged. */
  public long unanswered(String model) {
    return of(model).getUnanswered();
  }

  /** The number of prequential judgements of a model, without those predictions. */
  public long judged(String model) {
    return of(model).getCount();
  }

  /** The share of them in which the prediction named the label, in [0, 1]; NaN before the first. */
  public double accuracy(String model) {
    Tally tally = of(model);
    return (double) tally.getCorrect() / tally.getCount();
  }

  /** Their mean cross-entropy, in nats; NaN before the first. */
  public double loss(String model) {
    Tally tally = of(model);
    return tally.getLoss() / tally.getCount();
  }

  private Tally of(String model) {
    return prequential.getOrDefault(model, EMPTY);
  }
}
