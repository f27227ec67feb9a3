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
 * The figures of the evaluation in this process. Counts include what an aborted transaction did and
 * what was done again after it. Safe for several threads.
 */
public final class EvaluationStats {

  private static final Tally NOTHING = new Tally(0L, 0L, 0.0, 0.0);

  private final LongAdder taken = new LongAdder();
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
    taken.increment();
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

  void predictionsWaiting(long count) {
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

  /** Tells the models that there are, and every new one, at least once each. */
  void listen(Consumer<String> listener) {
    newModel.add(listener);
    prequential.keySet().forEach(listener);
  }

  /** Records read from all topics. */
  public long recordsRead() {
    return taken.sum();
  }

  /** Records sent to {@code dead-letters}. */
  public long deadLettered() {
    return deadLettered.sum();
  }

  /** Records sent to {@code evaluations}. */
  public long published() {
    return published.sum();
  }

  /** Predictions forgotten because no label came within the retention. */
  public long evictedPredictions() {
    return evictedPredictions.sum();
  }

  /** Labels forgotten because the retention was over. */
  public long evictedLabels() {
    return evictedLabels.sum();
  }

  /** Judged predictions forgotten because their version's inputs were not known in time. */
  public long evictedJudgements() {
    return evictedJudgements.sum();
  }

  /** Predictions without a label yet. */
  public long waiting() {
    return waiting.get();
  }

  /** Judged predictions of which it is not known yet whether they are prequential. */
  public long held() {
    return held.get();
  }

  /** Prequential predictions of a model that were judged so far. */
  public long judged(String model) {
    return of(model).getCount();
  }

  /** How many of them named the label, 0 to 1; NaN before the first. */
  public double accuracy(String model) {
    Tally tally = of(model);
    return (double) tally.getCorrect() / tally.getCount();
  }

  /** Their mean loss; NaN before the first. */
  public double loss(String model) {
    Tally tally = of(model);
    return tally.getLoss() / tally.getCount();
  }

  private Tally of(String model) {
    return prequential.getOrDefault(model, NOTHING);
  }
}
