package io.millrace.runtime.batch;

import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How a {@link BatchProcessor} is fed.
 *
 * @param maxRecords records of a batch at most; fewer if fewer are there
 * @param sessionTimeout how long an instance may be silent before others take its partitions
 * @param maxPollInterval how long a batch may take before others take its partitions
 * @param transactionTimeout how long a transaction may stay open; the partitions of an instance
 *     that died in one are held up for as long
 * @param guarantee what is promised of the answers
 * @param commitInterval the least time from one commit to the next; zero commits as soon as it can
 */
public record BatchLoopConfig(
    int maxRecords,
    Duration sessionTimeout,
    Duration maxPollInterval,
    Duration transactionTimeout,
    ProcessingGuarantee guarantee,
    Duration commitInterval) {

  /** Long enough for a broker to end the transaction before: it refuses the next until then. */
  private static final int DEFAULT_INTERVAL_MS = 20;

  /** So that nothing waits without end. */
  private static final int LONGEST_INTERVAL_MS = 60_000;

  /**
   * The definitions, with defaults and documentation; a service adds its own to them.
   *
   * @param service stands before every name
   */
  public static ConfigDef definition(String service) {
    return new ConfigDef()
        .define(
            service + ".batch.max.records",
            Type.INT,
            500,
            Range.between(1, 100_000),
            Importance.HIGH,
            "Records answered at a time at most; nothing waits for a batch to fill.")
        .define(
            service + ".session.timeout.ms",
            Type.INT,
            15_000,
            Range.between(100, 1_800_000),
            Importance.MEDIUM,
            "How long an instance may be silent before others take its partitions.")
        .define(
            service + ".max.poll.interval.ms",
            Type.INT,
            300_000,
            Range.between(100, Integer.MAX_VALUE),
            Importance.MEDIUM,
            "How long one batch may take before others take the instance's partitions.")
        .define(
            service + ".transaction.timeout.ms",
            Type.INT,
            10_000,
            Range.between(1_000, 900_000),
            Importance.LOW,
            "How long a transaction may stay open. It opens when the answers are ready; the"
                + " partitions of an instance that died within are held up for as long.")
        .define(
            service + ".processing.guarantee",
            Type.STRING,
            ProcessingGuarantee.EXACTLY_ONCE.text(),
            ConfigDef.ValidString.in(ProcessingGuarantee.texts().toArray(String[]::new)),
            Importance.HIGH,
            "exactly_once: answers and offsets commit in one transaction; readers of committed"
                + " records see each answer once, after its commit. at_least_once: answers are seen"
                + " at once, offsets follow; after a death the answers since the last commit come"
                + " again.")
        .define(
            service + ".commit.interval.ms",
            Type.INT,
            DEFAULT_INTERVAL_MS,
            Range.between(0, LONGEST_INTERVAL_MS),
            Importance.HIGH,
            "The least time from one commit to the next. Exactly once, answers wait for it, and"
                + " longer ones cost less; 0 commits as soon as the commit before is done. At least"
                + " once, it bounds what is answered again after a death.");
  }

  /**
   * Reads what {@link #definition} defines.
   *
   * @param values the service's settings, read by a definition that includes this one
   */
  public static BatchLoopConfig from(String service, AbstractConfig values) {
    return new BatchLoopConfig(
        values.getInt(service + ".batch.max.records"),
        Duration.ofMillis(values.getInt(service + ".session.timeout.ms")),
        Duration.ofMillis(values.getInt(service + ".max.poll.interval.ms")),
        Duration.ofMillis(values.getInt(service + ".transaction.timeout.ms")),
        ProcessingGuarantee.of(values.getString(service + ".processing.guarantee")),
        Duration.ofMillis(values.getInt(service + ".commit.interval.ms")));
  }
}
