package io.millrace.labelling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The figures of the labelling in this process. Counts include what an aborted transaction did and
 * what was done again after it. Safe for several threads.
 */
public final class LabellingStats {

  private final LongAdder taken = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder unlabelled = new LongAdder();
  private final LongAdder replaced = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder evictedSubjects = new LongAdder();
  private final LongAdder evictedLabels = new LongAdder();
  private final Map<Integer, Long> waiting = new ConcurrentHashMap<>();

  void recordRead() {
    taken.increment();
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

  void partitionHas(int partition, long subjectsWaiting) {
    waiting.put(partition, subjectsWaiting);
  }

  void partitionLeft(int partition) {
    waiting.remove(partition);
  }

  /** Records read from all three topics. */
  public long recordsRead() {
    return taken.sum();
  }

  /** Records that cannot be used. */
  public long skipped() {
    return skipped.sum();
  }

  /** Examples written, with or without a label. */
  public long written() {
    return written.sum();
  }

  /** Images written without a label after the wait. */
  public long unlabelled() {
    return unlabelled.sum();
  }

  /** Waiting subjects that a newer record of the same subject replaced. */
  public long replaced() {
    return replaced.sum();
  }

  /** Subject records that came again after they were written. */
  public long repeated() {
    return repeated.sum();
  }

  /** Subjects forgotten because no label came within the retention. */
  public long evictedSubjects() {
    return evictedSubjects.sum();
  }

  /** Labels forgotten because the retention was over. */
  public long evictedLabels() {
    return evictedLabels.sum();
  }

  /** Subjects without a label yet, of the partitions in this process. */
  public long waiting() {
    return waiting.values().stream().mapToLong(Long::longValue).sum();
  }
}
