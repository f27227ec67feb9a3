package io.millrace.labelling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of labelling in this process, which {@link LabellingMetrics} publishes. A record counts
 * again when an aborted transaction is repeated. Safe for several threads.
 */
public final class LabellingStats {

  private final LongAdder recordsRead = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder unlabelled = new LongAdder();
  private final LongAdder replaced = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder evictedSubjects = new LongAdder();
  private final LongAdder evictedLabels = new LongAdder();
  private final Map<Integer, Long> waiting = new ConcurrentHashMap<>();

  void recordRead() {
    recordsRead.increment();
  }

  void recordSkipped() {
    skipped.increment();
  }

  void exampleWritten(boolean labelled) {
    written.increment();
    if (!labelled) {
      unlabelled.increment();
    }
  }

  void subjectReplaced() {
    replaced.increment();
  }

  void subjectRepeated() {
    repeated.increment();
  }

  void subjectEvicted() {
    evictedSubjects.increment();
  }

  void labelEvicted() {
    evictedLabels.increment();
  }

  void unlabelledSubjects(int partition, long count) {
    waiting.put(partition, count);
  }

  void partitionLeft(int partition) {
    waiting.remove(partition);
  }

  /** Records read from all three input topics. */
  public long recordsRead() {
    return recordsRead.sum();
  }

  /** Records that cannot be used. */
  public long skipped() {
    return skipped.sum();
  }

  /** Examples written, with or without a label. */
  public long written() {
    return written.sum();
  }

  /** Images written without a label because none came within {@code labelling.wait.ms}. */
  public long unlabelled() {
    return unlabelled.sum();
  }

  /** Records without a label that a newer record of the same subject replaced. */
  public long replaced() {
    return replaced.sum();
  }

  /** Records that were read again after their example was written. */
  public long repeated() {
    return repeated.sum();
  }

  /** Subjects evicted because no label came within the retention. */
  public long evictedSubjects() {
    return evictedSubjects.sum();
  }

  /** Labels evicted after the retention. */
  public long evictedLabels() {
    return evictedLabels.sum();
  }

  /** Subjects that have no label yet, over the partitions of this process. */
  public long waiting() {
    return waiting.values().stream().mapToLong(Long::longValue).sum();
  }
}
