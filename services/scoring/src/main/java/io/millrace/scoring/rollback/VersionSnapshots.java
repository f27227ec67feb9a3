package io.millrace.scoring.rollback;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Which versions were published while a topic still ended where it did. A version cannot have
 * learned from a record that was appended after it was published; no clock is asked. At most
 * {@value #MOST} snapshots are kept, spread over the records that scoring has still to read: one
 * that is far behind will need the oldest. For one thread.
 */
final class VersionSnapshots {

  static final int MOST = 64;

  private final List<Snapshot> snapshots = new ArrayList<>();

  /**
   * A moment.
   *
   * @param versions the newest version of each model that was published before it
   * @param ends the end of each partition after that
   */
  private record Snapshot(Map<String, Long> versions, Map<TopicPartition, Long> ends) {

    /** As many as were appended in all partitions, deleted ones included. */
    long records() {
      return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    boolean isBefore(Map<TopicPartition, Long> records) {
      return records.entrySet().stream()
          .allMatch(it -> ends.getOrDefault(it.getKey(), Long.MAX_VALUE) <= it.getValue());
    }
  }

  /** Adds a moment that is later than all so far. */
  void add(Map<String, Long> versions, Map<TopicPartition, Long> ends) {
    snapshots.add(new Snapshot(Map.copyOf(versions), Map.copyOf(ends)));
    if (snapshots.size() > MOST) {
      snapshots.remove(leastMissed());
    }
  }

  /** The one whose neighbours are closest to each other, neither the first nor the last. */
  private int leastMissed() {
    int least = 1;
    for (int i = 2; i < snapshots.size() - 1; i++) {
      if (gap(i) < gap(least)) {
        least = i;
      }
    }
    return least;
  }

  private long gap(int at) {
    return snapshots.get(at + 1).records() - snapshots.get(at - 1).records();
  }

  /** Forgets those that are older than the last one before some records. */
  void forgetBefore(Map<TopicPartition, Long> records) {
    while (snapshots.size() > 1 && snapshots.get(1).isBefore(records)) {
      snapshots.removeFirst();
    }
  }

  /**
   * The newest version of each model that is known to have been there before some records.
   *
   * @return empty if nothing is known of that time
   */
  Optional<Map<String, Long>> before(Map<TopicPartition, Long> records) {
    return snapshots.reversed().stream()
        .filter(it -> it.isBefore(records))
        .findFirst()
        .map(Snapshot::versions);
  }
}
