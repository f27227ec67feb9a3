package io.millrace.runtime.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Merges the partitions of a topic into one order that depends on what the log holds alone, never
 * on when it was read: a fixed number of records from each partition in turn. A partition whose
 * turn it is and that has none makes all wait. A partition that has come to a marker is passed by
 * until all have come to theirs; then the markers are taken together and the first partition has
 * its turn. Not thread-safe.
 *
 * @param <T> a record
 */
final class RoundRobinMerge<T> {

  /** What comes next. */
  sealed interface Next<T> {
    /** A record of a partition, given by its index. */
    record Value<T>(int partition, T value) implements Next<T> {}

    /** All partitions have come to a marker; the markers by partition. */
    record Aligned<T>(List<T> markers) implements Next<T> {}

    /** What comes next has not been read yet. */
    record Waiting<T>() implements Next<T> {}
  }

  private final List<ArrayDeque<T>> queues;
  private final int slice;
  private final Predicate<T> isMarker;
  private int currentPartition;
  private int takenInTurn;

  /**
   * A merge that goes on where another ended.
   *
   * @param partitions how many
   * @param slice records taken from one partition in its turn
   * @param currentPartition the index of the partition whose turn it is
   * @param takenInTurn records already taken from it in this turn, less than the slice
   * @param isMarker tells markers from records
   */
  RoundRobinMerge(int partitions, int slice, int turn, int taken, Predicate<T> isMarker) {
    if (turn < 0 || turn >= partitions || taken < 0 || taken >= slice) {
      throw new IllegalArgumentException(
          "turn %d and taken %d must be under %d and %d".formatted(turn, taken, partitions, slice));
    }
    this.queues = new ArrayList<>(Collections.nCopies(partitions, null));
    this.queues.replaceAll(none -> new ArrayDeque<>());
    this.slice = slice;
    this.currentPartition = turn;
    this.takenInTurn = taken;
    this.isMarker = isMarker;
  }

  /** Adds the next record of a partition. */
  void add(int partition, T value) {
    queues.get(partition).add(value);
  }

  /** Takes what comes next. */
  Next<T> poll() {
    if (queues.stream().allMatch(queue -> !queue.isEmpty() && isMarker.test(queue.element()))) {
      currentPartition = 0;
      takenInTurn = 0;
      return new Next.Aligned<>(queues.stream().map(ArrayDeque::remove).toList());
    }
    while (true) {
      ArrayDeque<T> queue = queues.get(currentPartition);
      if (queue.isEmpty()) {
        return new Next.Waiting<>();
      }
      if (isMarker.test(queue.element())) {
        endTurn();
      } else {
        return take(queue);
      }
    }
  }

  private Next<T> take(ArrayDeque<T> queue) {
    var next = new Next.Value<>(currentPartition, queue.remove());
    takenInTurn++;
    if (takenInTurn == slice) {
      endTurn();
    }
    return next;
  }

  private void endTurn() {
    currentPartition = (currentPartition + 1) % queues.size();
    takenInTurn = 0;
  }

  /** The index of the partition whose turn it is. */
  int currentPartition() {
    return currentPartition;
  }

  /** Records taken from it in this turn. */
  int takenInTurn() {
    return takenInTurn;
  }

  /** Records of a partition that were added and not taken. */
  int size(int partition) {
    return queues.get(partition).size();
  }
}
