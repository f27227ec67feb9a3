package io.millrace.runtime;

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
final class CyclicMerge<T> {

  /** What comes next. */
  sealed interface Next<T> {
    /** A record of a partition, given by its index. */
    record Taken<T>(int partition, T value) implements Next<T> {}

    /** All partitions have come to a marker; the markers by partition. */
    record Aligned<T>(List<T> markers) implements Next<T> {}

    /** What comes next has not been read yet. */
    record Waiting<T>() implements Next<T> {}
  }

  private final List<ArrayDeque<T>> queues;
  private final int slice;
  private final Predicate<T> isMarker;
  private int turn;
  private int taken;

  /**
   * A merge that goes on where another ended.
   *
   * @param partitions how many
   * @param slice records taken from one partition in its turn
   * @param turn the index of the partition whose turn it is
   * @param taken records already taken from it in this turn, less than the slice
   * @param isMarker tells markers from records
   */
  CyclicMerge(int partitions, int slice, int turn, int taken, Predicate<T> isMarker) {
    if (turn < 0 || turn >= partitions || taken < 0 || taken >= slice) {
      throw new IllegalArgumentException(
          "turn %d and taken %d must be under %d and %d".formatted(turn, taken, partitions, slice));
    }
    this.queues = new ArrayList<>(Collections.nCopies(partitions, null));
    this.queues.replaceAll(none -> new ArrayDeque<>());
    this.slice = slice;
    this.turn = turn;
    this.taken = taken;
    this.isMarker = isMarker;
  }

  /** Adds the next record of a partition. */
  void add(int partition, T value) {
    queues.get(partition).add(value);
  }

  /** Takes what comes next. */
  Next<T> next() {
    if (queues.stream().allMatch(queue -> !queue.isEmpty() && isMarker.test(queue.element()))) {
      turn = 0;
      taken = 0;
      return new Next.Aligned<>(queues.stream().map(ArrayDeque::remove).toList());
    }
    while (true) {
      ArrayDeque<T> queue = queues.get(turn);
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
    var next = new Next.Taken<>(turn, queue.remove());
    taken++;
    if (taken == slice) {
      endTurn();
    }
    return next;
  }

  private void endTurn() {
    turn = (turn + 1) % queues.size();
    taken = 0;
  }

  /** The index of the partition whose turn it is. */
  int turn() {
    return turn;
  }

  /** Records taken from it in this turn. */
  int taken() {
    return taken;
  }

  /** Records of a partition that were added and not taken. */
  int size(int partition) {
    return queues.get(partition).size();
  }
}
