package io.millrace.evaluation;

import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.streams.StoreExpiry;
import io.millrace.runtime.streams.TaskTime;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Pairs what was answered to one record by the version that serves and by challengers, once both
 * are judged and prequential, whichever comes first. Two answers belong to one record if they have
 * the same source: the id of the topic, partition and offset.
 *
 * <p>A judgement of what was served:
 *
 * <ol>
 *   <li>Store its outcome under the source, with the challengers' outcomes that wait there.
 *   <li>Pair it with each of them.
 * </ol>
 *
 * <p>A challenger's judgement:
 *
 * <ol>
 *   <li>If nothing that was served is known of the source, let the outcome wait.
 *   <li>Else store it beside that, and pair the two.
 * </ol>
 *
 * <p>A version that answered a record again is one of the two only once; a record that several
 * versions served is paired with each. So the pairs are the same in whichever order the judgements
 * come. Where no challenger has answered, a judgement costs one look-up and one write of some ten
 * bytes and the source. Not thread-safe.
 */
final class ChallengerJoin {

  /** What was answered rightly or wrongly to each source that was served. */
  static final String OUTCOMES = "answer-outcomes";

  /** What challengers answered to sources of which nothing that was served is judged yet. */
  static final String WAITING = "waiting-challengers";

  /** The most outcomes of a source; anybody may write to a topic. */
  private static final int MAX_OUTCOMES = 64;

  private final TaskTime time;
  private final Duration window;
  private final EvaluationStats stats;
  private final Consumer<Comparison> sink;
  private final int partition;
  private final TimestampedKeyValueStore<String, String> outcomes;
  private final TimestampedKeyValueStore<String, String> waiting;
  private long waitingCount;

  /**
   * Whether a version answered rightly; one without an answer did not.
   *
   * @param challenger its name; empty if the answer was served
   * @param millis the record time of the prediction, milliseconds since 1970
   */
  private record JudgedAnswer(
      String challenger, String model, long version, long millis, boolean isRight) {

    private static JudgedAnswer of(Judgement judgement) {
      return new JudgedAnswer(
          judgement.getChallenger(),
          judgement.getModel(),
          judgement.getVersion(),
          judgement.getPredictedMillis(),
          judgement.getCorrect());
    }

    /** Reads the outcomes of a source, a line each. */
    private static List<JudgedAnswer> parse(String text) {
      List<JudgedAnswer> outcomes = new ArrayList<>();
      for (String line : text.split("\n", -1)) {
        String[] parts = line.split("/", -1);
        outcomes.add(
            new JudgedAnswer(
                parts[0],
                parts[1],
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                parts[4].equals("+")));
      }
      return outcomes;
    }

    /** No name of a model or challenger has a slash or the end of a line. */
    private String text() {
      return "%s/%s/%d/%d/%s".formatted(challenger, model, version, millis, isRight ? "+" : "-");
    }

    private boolean isServed() {
      return challenger.isEmpty();
    }

    private boolean isSameVersion(JudgedAnswer other) {
      return challenger.equals(other.challenger)
          && model.equals(other.model)
          && version == other.version;
    }
  }

  /**
   * A join over the stores of the context's partition.
   *
   * @param sink takes every pair, as a comparison of one record
   */
  ChallengerJoin(
      ProcessorContext<?, ?> context,
      TaskTime time,
      Duration window,
      EvaluationStats stats,
      Consumer<Comparison> sink) {
    this.time = time;
    this.window = window;
    this.stats = stats;
    this.sink = sink;
    this.partition = context.taskId().partition();
    this.outcomes = context.getStateStore(OUTCOMES);
    this.waiting = context.getStateStore(WAITING);
    try (var all = waiting.all()) {
      all.forEachRemaining(entry -> waitingCount += JudgedAnswer.parse(entry.value.value()).size());
    }
    addToCount(0);
  }

  /** Takes a prequential judgement. */
  void add(Judgement judgement) {
    String source =
        SourceTopic.key(Subject.coordinates(judgement.getSource()), judgement.getSourceTopicId());
    var outcome = JudgedAnswer.of(judgement);
    List<JudgedAnswer> known = get(outcomes, source);
    if (known.isEmpty() && !outcome.isServed()) {
      await(source, outcome);
      return;
    }
    if (known.isEmpty()) {
      known = takeWaiting(source);
    }
    if (isNew(outcome, known)) {
      known.stream()
          .filter(it -> it.isServed() != outcome.isServed())
          .forEach(
              it -> sink.accept(outcome.isServed() ? compare(outcome, it) : compare(it, outcome)));
      known.add(outcome);
      put(outcomes, source, known);
    }
  }

  private void await(String source, JudgedAnswer outcome) {
    List<JudgedAnswer> known = get(waiting, source);
    if (isNew(outcome, known)) {
      known.add(outcome);
      put(waiting, source, known);
      addToCount(1);
    }
  }

  /** While nothing waits at all, as without challengers, there is no look-up. */
  private List<JudgedAnswer> takeWaiting(String source) {
    List<JudgedAnswer> found = waitingCount == 0 ? new ArrayList<>() : get(waiting, source);
    if (!found.isEmpty()) {
      waiting.delete(source);
      addToCount(-found.size());
    }
    return found;
  }

  private boolean isNew(JudgedAnswer outcome, List<JudgedAnswer> known) {
    if (known.stream().anyMatch(outcome::isSameVersion)) {
      return false;
    }
    if (known.size() >= MAX_OUTCOMES) {
      stats.challengerEvicted();
      return false;
    }
    return true;
  }

  private Comparison compare(JudgedAnswer champion, JudgedAnswer challenger) {
    long startMillis = WindowKey.startMillis(champion.millis, window);
    return new Comparison(
        champion.model,
        champion.version,
        challenger.challenger,
        Instant.ofEpochMilli(startMillis),
        Instant.ofEpochMilli(startMillis).plus(window),
        challenger.version,
        challenger.version,
        champion.isRight && challenger.isRight ? 1L : 0L,
        champion.isRight && !challenger.isRight ? 1L : 0L,
        !champion.isRight && challenger.isRight ? 1L : 0L,
        !champion.isRight && !challenger.isRight ? 1L : 0L);
  }

  /** Removes what was stored up to a time of the task; counts challengers that found no partner. */
  void evict(long upToMillis) {
    try (KeyValueIterator<String, ValueAndTimestamp<String>> all = waiting.all()) {
      while (all.hasNext()) {
        KeyValue<String, ValueAndTimestamp<String>> entry = all.next();
        if (entry.value.timestamp() <= upToMillis) {
          int count = JudgedAnswer.parse(entry.value.value()).size();
          waiting.delete(entry.key);
          addToCount(-count);
          for (int i = 0; i < count; i++) {
            stats.challengerEvicted();
          }
        }
      }
    }
    StoreExpiry.evict(outcomes, upToMillis, () -> {});
  }

  private static List<JudgedAnswer> get(
      TimestampedKeyValueStore<String, String> store, String source) {
    ValueAndTimestamp<String> found = store.get(source);
    return found == null ? new ArrayList<>() : JudgedAnswer.parse(found.value());
  }

  private void put(
      TimestampedKeyValueStore<String, String> store, String source, List<JudgedAnswer> of) {
    String text = String.join("\n", of.stream().map(JudgedAnswer::text).toList());
    store.put(source, ValueAndTimestamp.make(text, time.millis()));
  }

  private void addToCount(int change) {
    waitingCount += change;
    stats.challengersWaiting(partition, waitingCount);
  }
}
