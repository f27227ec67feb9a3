package io.millrace.tests.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Watches how far a consumer group has committed a topic. What a transaction has committed is what
 * readers of committed records see of its outputs.
 */
public final class CommitWatcher {

  /**
   * A pass over all records.
   *
   * @param rate records a second
   * @param cpuMicros processor time of this process per record, broker and compiler included; other
   *     processes do not disturb it
   */
  public record Pass(double rate, double cpuMicros) {}

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration PERIOD = Duration.ofMillis(20);

  private final Admin admin;
  private final String group;
  private final String topic;
  private final Duration patience;
  private final Duration period;

  public CommitWatcher(Admin admin, String group, String topic) {
    this(admin, group, topic, PATIENCE, PERIOD);
  }

  /** Gives up after a time. */
  public CommitWatcher(Admin admin, String group, String topic, Duration patience) {
    this(admin, group, topic, patience, PERIOD);
  }

  /** Gives up after a time; reads the offsets once a period. */
  public CommitWatcher(
      Admin admin, String group, String topic, Duration patience, Duration period) {
    this.admin = admin;
    this.group = group;
    this.topic = topic;
    this.patience = patience;
    this.period = period;
  }

  /**
   * Watches until all records are committed.
   *
   * @param pass how many records a pass has
   * @param passes how many passes the topic has
   * @return the passes; the first begins when this is called
   */
  public List<Pass> passes(int pass, int passes) throws ExecutionException, InterruptedException {
    List<Pass> rates = new ArrayList<>();
    long cpuBegun = cpuNanos();
    long deadline = System.nanoTime() + patience.toNanos();
    long begun = System.nanoTime();
    long beganAt = 0;
    while (rates.size() < passes) {
      long records = records();
      long now = System.nanoTime();
      if (records >= (long) pass * (rates.size() + 1)) {
        long cpu = cpuNanos();
        double done = records - beganAt;
        rates.add(new Pass(done * 1e9 / (now - begun), (cpu - cpuBegun) / 1e3 / done));
        cpuBegun = cpu;
        begun = now;
        beganAt = records;
      } else if (now > deadline) {
        throw new AssertionError("committed only " + records + " records within " + patience);
      }
      LockSupport.parkNanos(period.toNanos());
    }
    return rates;
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Waits until a number of records is committed. */
  public void await(long records) throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (records() < records) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("committed only " + records() + " records within " + patience);
      }
      LockSupport.parkNanos(period.toNanos());
    }
  }

  public long records() throws ExecutionException, InterruptedException {
    return admin
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .entrySet()
        .stream()
        .filter(entry -> entry.getValue() != null)
        .filter(entry -> isOf(entry.getKey()))
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  private boolean isOf(TopicPartition partition) {
    return partition.topic().equals(topic);
  }
}
