package io.millrace.evaluation;

import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.avro.Comparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Sums the comparisons of single records by champion, its version, challenger and window. A store
 * keeps the keys of those that changed since the last {@link #takeChanged}, so that a restart
 * publishes them. The sums are the same in any order. O(1) for a comparison; not thread-safe.
 */
final class ComparisonAggregator {

  /** The sums of each window, by {@link #name} and the window's start. */
  static final String SUMS = "comparison-sums";

  /** The keys of sums that changed since they were last published. */
  static final String CHANGED = "changed-comparisons";

  private static final byte[] PRESENT = {};

  private final TaskTime time;
  private final TimestampedKeyValueStore<String, Comparison> sums;
  private final KeyValueStore<String, byte[]> changed;

  ComparisonAggregator(ProcessorContext<?, ?> context, TaskTime time) {
    this.time = time;
    this.sums = context.getStateStore(SUMS);
    this.changed = context.getStateStore(CHANGED);
  }

  /** The key of a comparison on the topic: {@code vision/17/vision-wide}. */
  static String name(Comparison comparison) {
    return "%s/%d/%s"
        .formatted(
            comparison.getChampion(), comparison.getChampionVersion(), comparison.getChallenger());
  }

  /** Adds a comparison to the sum of its window. */
  void add(Comparison comparison) {
    String key =
        name(comparison)
            + "/%020d".formatted(Math.max(0, comparison.getWindowStart().toEpochMilli()));
    ValueAndTimestamp<Comparison> sum = sums.get(key);
    sums.put(
        key,
        ValueAndTimestamp.make(
            sum == null ? comparison : plus(sum.value(), comparison), time.millis()));
    changed.put(key, PRESENT);
  }

  /** Returns the sums that changed since the last call, the oldest window first. */
  List<Comparison> takeChanged() {
    List<Comparison> found = new ArrayList<>();
    try (var all = changed.all()) {
      while (all.hasNext()) {
        String key = all.next().key;
        changed.delete(key);
        found.add(sums.get(key).value());
      }
    }
    found.sort(Comparator.comparing(Comparison::getWindowStart));
    return found;
  }

  /** Removes the sums that last grew up to a time of the task. */
  void evict(long upToMillis) {
    StoreExpiry.evict(sums, upToMillis, () -> {});
  }

  private static Comparison plus(Comparison a, Comparison b) {
    return new Comparison(
        a.getChampion(),
        a.getChampionVersion(),
        a.getChallenger(),
        a.getWindowStart(),
        a.getWindowEnd(),
        Math.min(a.getChallengerFrom(), b.getChallengerFrom()),
        Math.max(a.getChallengerTo(), b.getChallengerTo()),
        a.getBothRight() + b.getBothRight(),
        a.getOnlyChampion() + b.getOnlyChampion(),
        a.getOnlyChallenger() + b.getOnlyChallenger(),
        a.getBothWrong() + b.getBothWrong());
  }
}
