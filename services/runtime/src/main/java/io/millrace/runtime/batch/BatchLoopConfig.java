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
 * @param maxRecords the most records of a batch; no batch waits to be full
 * @param sessionTimeout silence after which others take an instance's partitions
 * @param maxPollInterval time of one batch after which others take the partitions
 * @param transactionTimeout how long a transaction may stay open; if an instance dies in one, its
 *     partitions wait as long
 * @param guarantee how often answers are seen
 * @param commitInterval the least time between commits; zero commits as soon as possible
 */
public record BatchLoopConfig(
    int maxRecords,
    Duration sessionTimeout,
    Duration maxPollInterval,
    Duration transactionTimeout,
    ProcessingGuarantee guarantee,
    Duration commitInterval) {

  /** The part of the commit interval for which records are gathered. */
  private static final int GATHERING_PART = 4;

  /** Enough to gather some; a service that is to stop waits for it. */
  private static final Duration LONGEST_GATHERING = Duration.ofMillis(25);

  /**
   * Long enough for a broker to complete the transaction before; until then it refuses the next.
   */
  private static final int DEFAULT_INTERVAL_MS = 20;

  /** A bound, so that answers do not wait for long. */
  private static final int LONGEST_INTERVAL_MS = 60_000;

  /**
   * The definitions, with defaults and documentation; a service adds its own to them.
   *
   * @param service begins every name
   */
  public static ConfigDef definition(String service) {
    return new ConfigDef()
        .define(
            service + ".batch.max.records",
            Type.INT,
            500,
            Range.between(1, 100_000),
            Importance.HIGH,
            "The most records of a batch. A batch does not wait to be full.")
        .define(
            service + ".session.timeout.ms",
            Type.INT,
            15_000,
            Range.between(100, 1_800_000),
            Importance.MEDIUM,
            "If an instance is silent for this long, others take over its partitions.")
        .define(
            service + ".max.poll.interval.ms",
            Type.INT,
            300_000,
            Range.between(100, Integer.MAX_VALUE),
            Importance.MEDIUM,
            "If one batch takes this long, others take over the instance's partitions.")
        .define(
            service + ".transaction.timeout.ms",
            Type.INT,
            10_000,
            Range.between(1_000, 900_000),
            Importance.LOW,
            "How long a transaction may stay open. It opens when its answers are ready. If an"
                + " instance dies in a transaction, its partitions wait for this time.")
        .define(
            service + ".processing.guarantee",
            Type.STRING,
            ProcessingGuarantee.EXACTLY_ONCE.text(),
            ConfigDef.ValidString.in(ProcessingGuarantee.texts().toArray(String[]::new)),
            Importance.HIGH,
            "exactly_once: answers and offsets commit in one transaction; readers of committed"
                + " records see each answer once, after its commit. at_least_once: answers are"
                + " visible at once and offsets commit later; after a crash the records since the"
                + " last commit are answered again.")
        .define(
            service + ".commit.interval.ms",
            Type.INT,
            DEFAULT_INTERVAL_MS,
            Range.between(0, LONGEST_INTERVAL_MS),
            Importance.HIGH,
            "The least time between commits; 0 commits as soon as the last commit is complete."
                + " With exactly_once, answers wait for the commit, and longer intervals cost less."
                + " With at_least_once, it bounds what is answered again after a crash.");
  }

  /**
   * How long records are gathered after a batch of few, so that the next one is not of a single
   * record: answers that wait for a commit have the time.
   */
  Duration gathering() {
    if (guarantee == ProcessingGuarantee.AT_LEAST_ONCE) {
      return Duration.ZERO;
    }
    Duration part = commitInterval.dividedBy(GATHERING_PART);
    return part.compareTo(LONGEST_GATHERING) < 0 ? part : LONGEST_GATHERING;
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
