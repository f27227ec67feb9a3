package io.millrace.runtime.training;

import io.millrace.runtime.records.StepMarker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Merges the partitions of a topic into one order that depends only on the log, never on when a
 * record was read: round robin, a fixed number of records (the slice) from each partition in turn.
 * {@link #poll} works as follows:
 *
 * <ol>
 *   <li>Removes a marker whose cut was made before, and returns it as {@link Next.Stale}.
 *   <li>Looks at the first unread record of each partition. The markers among them ask for cuts;
 *       the one with the smallest number comes first.
 *   <li>If every partition has reached that cut, removes its markers, gives the turn to the first
 *       partition and returns {@link Next.Cut}.
 *   <li>Looks at the partition whose turn it is. If it has reached the cut, ends its turn and looks
 *       at the next: it waits until all have. This is the alignment of barriers of Carbone et al.
 *       2015, "Lightweight Asynchronous Snapshots for Distributed Dataflows".
 *   <li>If none of its records was read, returns {@link Next.Waiting}, whatever was read of others.
 *   <li>Otherwise removes the record and returns it as {@link Next.Value}. After a slice of records
 *       the partition's turn ends.
 * </ol>
 *
 * <p>A partition has reached a cut if its next record is the cut's marker or a later one. Where
 * compaction has removed its marker, it has reached the cut if it was read up to the end that its
 * log had when another partition's marker had been read ({@link #boundCut}): all markers of a cut
 * commit together, so its own would lie before.
 *
 * <p>A call costs O(partitions). Not thread-safe.
 *
 * @param <T> a record
 */
final class RoundRobinMerge<T extends RoundRobinMerge.Mergeable> {

  /** A record of a log. */
  interface Mergeable {
    /** Its offset. */
    long offset();

    /** Its marker, if it is a control record. */
    Optional<StepMarker> marker();
  }

  /** The result of {@link #poll}. */
  sealed interface Next<T> {
    /** A record of a partition, given by its index. */
    record Value<T>(int partition, T value) implements Next<T> {}

    /** All partitions have reached a cut; one of its markers, and each with its partition. */
    record Cut<T>(StepMarker marker, List<Value<T>> markers) implements Next<T> {}

    /** A marker of a cut that was made before. */
    record Stale<T>(int partition, T value) implements Next<T> {}

    /** The next record has not been read yet. */
    record Waiting<T>() implements Next<T> {}
  }

  /**
   * Where a merge stands.
   *
   * @param partition the index of the partition whose turn it is
   * @param taken records already taken from it in this turn, fewer than the slice
   * @param lastCut the number of the last cut; -1 if there was none
   */
  record Position(int partition, int taken, long lastCut) {
    static final Position BEGINNING = new Position(0, 0, -1);
  }

  private static final long NOT_READ = -1;

  private final List<ArrayDeque<T>> queues;
  private final int slice;
  private final long[] readTo;
  private int currentPartition;
  private int takenInTurn;
  private long lastCut;
  private long[] bounds = {};

  /**
   * A merge that continues where another ended.
   *
   * @param partitions number of partitions
   * @param slice records taken from a partition in its turn
   */
  RoundRobinMerge(int partitions, int slice, Position position) {
    if (position.partition() < 0
        || position.partition() >= partitions
        || position.taken() < 0
        || position.taken() >= slice) {
      throw new IllegalArgumentException(
          "%s does not fit %d partitions and a slice of %d".formatted(position, partitions, slice));
    }
    this.queues = new ArrayList<>(Collections.nCopies(partitions, null));
    this.queues.replaceAll(none -> new ArrayDeque<>());
    this.slice = slice;
    this.readTo = new long[partitions];
    Arrays.fill(readTo, NOT_READ);
    this.currentPartition = position.partition();
    this.takenInTurn = position.taken();
    this.lastCut = position.lastCut();
  }

  /** Adds the next record of a partition. */
  void add(int partition, T value) {
    queues.get(partition).add(value);
  }

  /** Says that all records of a partition before an offset were added. */
  void readTo(int partition, long offset) {
    readTo[partition] = offset;
  }

  /**
   * Whether a partition has reached a cut that others have not, and the merge does not know yet
   * where their markers can be: the caller should call {@link #boundCut}.
   */
  boolean needsBounds() {
    return queues.size() > 1 && bounds.length == 0 && nextCut().isPresent();
  }

  /**
   * Sets the offsets before which the markers of the next cut lie.
   *
   * @param ends the ends of the partitions' logs, open transactions included, asked for after
   *     {@link #needsBounds} was true
   */
  void boundCut(long[] ends) {
    bounds = ends.clone();
  }

  /** Removes and returns what comes next. */
  Next<T> poll() {
    for (int i = 0; i < queues.size(); i++) {
      Optional<StepMarker> marker = markerAt(i);
      if (marker.isPresent() && marker.get().cut() <= lastCut) {
        return new Next.Stale<>(i, queues.get(i).remove());
      }
    }
    OptionalLong cut = nextCut();
    if (cut.isPresent() && allReached(cut.getAsLong())) {
      return cut(cut.getAsLong());
    }
    while (cut.isPresent() && hasReached(currentPartition, cut.getAsLong())) {
      endTurn();
    }
    ArrayDeque<T> queue = queues.get(currentPartition);
    return queue.isEmpty() ? new Next.Waiting<>() : dequeue(queue);
  }

  /** The smallest cut that a partition has reached. */
  private OptionalLong nextCut() {
    long smallest = -1;
    for (int i = 0; i < queues.size(); i++) {
      Optional<StepMarker> marker = markerAt(i);
      if (marker.isPresent() && (smallest < 0 || marker.get().cut() < smallest)) {
        smallest = marker.get().cut();
      }
    }
    return smallest < 0 ? OptionalLong.empty() : OptionalLong.of(smallest);
  }

  private boolean allReached(long cut) {
    for (int i = 0; i < queues.size(); i++) {
      if (!hasReached(i, cut)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasReached(int partition, long cut) {
    Optional<StepMarker> marker = markerAt(partition);
    if (marker.isPresent()) {
      return marker.get().cut() >= cut;
    }
    if (bounds.length == 0) {
      return false;
    }
    T next = queues.get(partition).peek();
    return (next == null ? readTo[partition] : next.offset()) >= bounds[partition];
  }

  private Optional<StepMarker> markerAt(int partition) {
    T next = queues.get(partition).peek();
    return next == null ? Optional.empty() : next.marker();
  }

  private Next<T> cut(long cut) {
    List<Next.Value<T>> markers = new ArrayList<>();
    StepMarker first = null;
    for (int i = 0; i < queues.size(); i++) {
      Optional<StepMarker> marker = markerAt(i);
      if (marker.isPresent() && marker.get().cut() == cut) {
        markers.add(new Next.Value<>(i, queues.get(i).remove()));
        first = first == null ? marker.get() : first;
      }
    }
    if (first == null) {
      throw new IllegalStateException("no partition has a marker of cut " + cut);
    }
    if (cut != StepMarker.UNNUMBERED) {
      lastCut = cut;
    }
    currentPartition = 0;
    takenInTurn = 0;
    bounds = new long[0];
    return new Next.Cut<>(first, markers);
  }

  private Next<T> dequeue(ArrayDeque<T> queue) {
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

  /** Where the merge stands, for a checkpoint. */
  Position position() {
    return new Position(currentPartition, takenInTurn, lastCut);
  }

  /** Records of a partition that were added and not removed yet, markers included. */
  int size(int partition) {
    return queues.get(partition).size();
  }
}
