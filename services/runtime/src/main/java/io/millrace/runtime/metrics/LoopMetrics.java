package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The meters of a loop: records, commits, rebalances and latencies. */
public final class LoopMetrics {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(2),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2),
    Duration.ofMinutes(10)
  };

  /** Why a batch or step did not commit. */
  private enum AbortReason {
    /** Its transaction was open for too long. */
    TIMEOUT,
    /** Any other refusal of the brokers. */
    ERROR
  }

  private final MeterRegistry meters;
  private final String service;
  private final String deadLetters;
  private final Counter recordsIn;
  private final Counter recordsOut;
  private final Counter deadLettered;
  private final Counter skipped;
  private final Counter rebalances;
  private final Counter aborts;
  private final Counter timeouts;
  private final Counter fencings;
  private final Timer unit;
  private final Timer endToEnd;

  /**
   * Meters of a training loop, which commits steps.
   *
   * @param meters where they are registered
   * @param deadLetters the name of the topic whose records count as dead letters
   */
  public static LoopMetrics ofSteps(MeterRegistry meters, String service, String deadLetters) {
    return new LoopMetrics(
        meters,
        service,
        deadLetters,
        "millrace.step",
        "Time from a step's first record to its commit");
  }

  /** The same for a batch loop, which commits batches. */
  public static LoopMetrics ofBatches(MeterRegistry meters, String service, String deadLetters) {
    return new LoopMetrics(
        meters, service, deadLetters, "millrace.batch", "Time from a batch's start to its commit");
  }

  private LoopMetrics(
      MeterRegistry meters, String service, String deadLetters, String unit, String description) {
    this.meters = meters;
    this.service = service;
    this.deadLetters = deadLetters;
    recordsIn = counter("millrace.records.in", "Records read from topics and committed");
    recordsOut =
        counter("millrace.records.out", "Records sent and committed, without dead letters");
    deadLettered = counter("millrace.records.dead.lettered", "Records sent to dead-letters");
    skipped = counter("millrace.records.skipped", "Records skipped because they cannot be used");
    rebalances = counter("millrace.rebalances", "Rebalances of the consumer group");
    aborts = aborts(AbortReason.ERROR);
    timeouts = aborts(AbortReason.TIMEOUT);
    fencings = counter("millrace.fencings", "Times that this instance was fenced by another");
    this.unit = timer(unit, description);
    endToEnd =
        timer("millrace.end.to.end", "Time from a record's timestamp to the commit of its outcome");
  }

  /** The registry, for the meters of what the loop feeds. */
  public MeterRegistry registry() {
    return meters;
  }

  /** Publishes a client's own metrics until the result is closed. */
  public ClientMetrics bind(Consumer<?, ?> consumer) {
    return ClientMetrics.of(consumer, service, meters);
  }

  /** Publishes a client's own metrics until the result is closed. */
  public ClientMetrics bind(Producer<?, ?> producer) {
    return ClientMetrics.of(producer, service, meters);
  }

  /**
   * Counts a commit.
   *
   * @param inputTimes the timestamps of the records read, milliseconds since 1970; those of 0 and
   *     less are of records without a time
   * @param skippedRecords how many of them were skipped
   * @param sent the records sent
   * @param took the step's time from its first record, or the batch's from its start
   */
  public void committed(
      long[] inputTimes,
      long skippedRecords,
      Collection<ProducerRecord<byte[], byte[]>> sent,
      Duration took) {
    committed(inputTimes, Map.of(), skippedRecords, sent, took);
  }

  /**
   * The same for records that may be traced.
   *
   * @param traces the contexts of those that are, by their places among the times
   */
  public void committed(
      long[] inputTimes,
      Map<Integer, TraceContext> traces,
      long skippedRecords,
      Collection<ProducerRecord<byte[], byte[]>> sent,
      Duration took) {
    long letters = sent.stream().filter(record -> record.topic().equals(deadLetters)).count();
    recordsIn.increment(inputTimes.length);
    skipped.increment(skippedRecords);
    recordsOut.increment(sent.size() - letters);
    deadLettered.increment(letters);
    Traces.during(traces.values().stream().findFirst(), () -> unit.record(took));
    long now = System.currentTimeMillis();
    for (int i = 0; i < inputTimes.length; i++) {
      if (inputTimes[i] > 0) {
        long millis = Math.max(0, now - inputTimes[i]);
        @Nullable TraceContext trace = traces.isEmpty() ? null : traces.get(i);
        if (trace == null) {
          endToEnd.record(millis, TimeUnit.MILLISECONDS);
        } else {
          Traces.during(trace, () -> endToEnd.record(millis, TimeUnit.MILLISECONDS));
        }
      }
    }
  }

  /** Counts a rebalance. */
  public void rebalanced() {
    rebalances.increment();
  }

  /** Counts a transaction that did not commit because another instance has taken over. */
  public void fenced() {
    fencings.increment();
  }

  /** Counts a transaction that did not commit for any other reason. */
  public void aborted() {
    aborts.increment();
  }

  /** Counts a transaction that the coordinator aborted because it was open for too long. */
  public void timedOut() {
    timeouts.increment();
  }

  /** The service whose loop it is. */
  public String service() {
    return service;
  }

  /** The tags of every meter. */
  public Tags tags() {
    return Tags.of("service", service);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).tags(tags()).register(meters);
  }

  private Counter aborts(AbortReason reason) {
    return aborts(meters, service, reason);
  }

  /**
   * The transactions of a service on Kafka Streams that did not commit and were repeated.
   *
   * @param timedOut whether those that were open for longer than their time-out, or the others
   */
  public static Counter aborts(MeterRegistry meters, String service, boolean timedOut) {
    return aborts(meters, service, timedOut ? AbortReason.TIMEOUT : AbortReason.ERROR);
  }

  private static Counter aborts(MeterRegistry meters, String service, AbortReason reason) {
    return Counter.builder("millrace.aborts")
        .description("Batches or steps that did not commit and were repeated")
        .tags("service", service, "reason", reason.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .tags(tags())
        .serviceLevelObjectives(BUCKETS)
        .register(meters);
  }
}
