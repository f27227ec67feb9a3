package io.millrace.scoring;

import io.millrace.scoring.rollback.DriftRollback;
import io.millrace.scoring.rollback.InputDrift;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Knows with which records the windows of {@link ScoringMetrics.DriftSignal#INPUT} began, and tells
 * {@link DriftRollback} of drifts. For the scoring thread.
 */
final class InputWatch {

  /** How often within a window it is noted which versions are there. */
  private static final int LOOKS = 4;

  private final DriftRollback rollback;
  private final int window;
  private final double threshold;
  private final Map<TopicPartition, Long> current = new HashMap<>();
  private Map<TopicPartition, Long> before = Map.of();
  private int filled;

  /**
   * Nothing seen yet.
   *
   * @param window records of a window
   * @param threshold the index above which it has drifted
   */
  InputWatch(DriftRollback rollback, int window, double threshold) {
    this.rollback = rollback;
    this.window = window;
    this.threshold = threshold;
  }

  /** Whether a person has decided, so that the next record begins the reference. */
  boolean beginsAnew() {
    if (!rollback.hasPersonDecided()) {
      return false;
    }
    current.clear();
    before = Map.of();
    filled = 0;
    return true;
  }

  /** Takes a record before it is compared. */
  void reads(ConsumerRecord<?, ?> record) {
    var partition = new TopicPartition(record.topic(), record.partition());
    current.merge(partition, record.offset(), Math::min);
    if (filled % Math.max(1, window / LOOKS) == 0) {
      rollback.look(since());
    }
    filled++;
  }

  /**
   * Takes what the comparison of that record has shown.
   *
   * @param drifted whether the window that it completes has drifted
   * @param index of the last window
   */
  void compared(boolean drifted, double index) {
    if (drifted) {
      rollback.drifted(new InputDrift(index, threshold, window, since()));
    }
    if (filled == window) {
      before = Map.copyOf(current);
      current.clear();
      filled = 0;
    }
  }

  /** The first records of this window and the one before, by partition. */
  private Map<TopicPartition, Long> since() {
    Map<TopicPartition, Long> since = new HashMap<>(before);
    current.forEach((partition, offset) -> since.merge(partition, offset, Math::min));
    return since;
  }
}
