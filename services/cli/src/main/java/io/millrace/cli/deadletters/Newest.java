package io.millrace.cli.deadletters;

import io.millrace.runtime.deadletters.replay.Letter;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * The youngest of some letters, at most a given number, with what is to be kept of each. Counts
 * all.
 *
 * @param <T> what is kept
 */
final class Newest<T> {

  /** A letter's coordinates on {@code dead-letters}, and what is kept of it. */
  record Kept<T>(long time, int partition, long offset, T content) {}

  /** Oldest first; letters of one time by partition and offset, so that two runs agree. */
  private final Comparator<Kept<T>> order =
      Comparator.<Kept<T>>comparingLong(Kept::time)
          .thenComparingInt(Kept::partition)
          .thenComparingLong(Kept::offset);

  private final PriorityQueue<Kept<T>> kept = new PriorityQueue<>(order);
  private final int most;
  private long all;

  Newest(int most) {
    this.most = most;
  }

  void add(Letter letter, Supplier<T> content) {
    all++;
    var record = letter.record();
    if (kept.size() == most && kept.element().time() > record.timestamp()) {
      return;
    }
    kept.add(new Kept<>(record.timestamp(), record.partition(), record.offset(), content.get()));
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** How many there were. */
  long all() {
    return all;
  }

  /** The youngest, oldest first. */
  List<Kept<T>> list() {
    return kept.stream().sorted(order).toList();
  }
}
