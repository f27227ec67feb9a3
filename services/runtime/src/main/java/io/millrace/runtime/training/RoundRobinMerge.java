package io.millrace.runtime.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * Merges the partitions of a topic into one order that depends only on the log, never on when a
 * record was read: round robin, a fixed number of records (the slice) from each partition in turn.
 * {@link #poll} works as follows:
 *
 * <ol>
 *   <li>If the next record of every partition is a marker, removes all markers, gives the turn to
 *       the first partition and returns {@link Next.Aligned}.
 *   <li>Looks at the partition whose turn it is. If none of its records was read, returns {@link
 *       Next.Waiting}, whatever was read of the others.
 *   <li>If its next record is a marker, ends its turn and continues with the next partition at step
 *       2: a partition that has reached its marker waits until all have. This is the alignment of
 *       barriers of Carbone et al. 2015, "Lightweight Asynchronous Snapshots for Distributed
 *       Dataflows".
 *   <li>Otherwise removes the record and returns it as {@link Next.Value}. After a slice of records
 *       the partition's turn ends.
 * </ol>
 *
 * <p>A call costs O(partitions). Not thread-safe.
 *
 * @param <T> a record
 */
final class RoundRobinMerge<T> {

  /** The result of {@link #poll}. */
  sealed interface Next<T> {
    /** A record of a partition, given by its index. */
    record Value<T>(int partition, T value) implements Next<T> {}

    /** All partitions have reached a marker; the markers by partition. */
    record Aligned<T>(List<T> markers) implements Next<T> {}

    /** The next record has not been read yet. */
    record Waiting<T>() implements Next<T> {}
  }

  private final List<ArrayDeque<T>> queues;
  private final int slice;
  private final Predicate<T> isMarker;
  private int currentPartition;
  private int takenInTurn;

  /**
   * A merge that continues where another ended.
   *
   * @param partitions number of partitions
   * @param slice records taken from a partition in its turn
   * @param currentPartition the index of the partition whose turn it is
   * @param takenInTurn records already taken from it in this turn, fewer than the slice
   * @param isMarker whether a record is a marker
   */
  RoundRobinMerge(
      int partitions, int slice, int currentPartition, int takenInTurn, Predicate<T> isMarker) {
    if (currentPartition < 0
        || currentPartition >= partitions
        || takenInTurn < 0
        || takenInTurn >= slice) {
      throw new IllegalArgumentException(
          "currentPartition must be in [0, %d), was %d; takenInTurn must be in [0, %d), was %d"
              .formatted(partitions, currentPartition, slice, takenInTurn));
    }
    this.queues = new ArrayList<>(Collections.nCopies(partitions, null));
    this.queues.replaceAll(none -> new ArrayDeque<>());
    this.slice = slice;
    this.currentPartition = currentPartition;
    this.takenInTurn = takenInTurn;
    this.isMarker = isMarker;
  }

  /** Adds the next record of a partition. */
  void add(int partition, T value) {
    queues.get(partition).add(value);
  }

  /** Removes and returns what comes next. */
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

  /** Records taken from that partition in its turn. */
  int takenInTurn() {
    return takenInTurn;
  }

  /** Records of a partition that were added and not removed yet. */
  int size(int partition) {
    return queues.get(partition).size();
  }
}
