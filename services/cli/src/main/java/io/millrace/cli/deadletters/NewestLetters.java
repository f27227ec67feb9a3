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
final class NewestLetters<T> {

  /** A letter's coordinates on {@code dead-letters}, and what is kept of it. */
  record RetainedLetter<T>(long time, int partition, long offset, T content) {}

  /** Oldest first; letters of one time by partition and offset, so that two runs agree. */
  private final Comparator<RetainedLetter<T>> order =
      Comparator.<RetainedLetter<T>>comparingLong(RetainedLetter::time)
          .thenComparingInt(RetainedLetter::partition)
          .thenComparingLong(RetainedLetter::offset);

  private final PriorityQueue<RetainedLetter<T>> kept = new PriorityQueue<>(order);
  private final int most;
  private long all;

  NewestLetters(int most) {
    this.most = most;
  }

  void add(Letter letter, Supplier<T> content) {
    all++;
    var record = letter.record();
    if (kept.size() == most && kept.element().time() > record.timestamp()) {
      return;
    }
    kept.add(
        new RetainedLetter<>(
            record.timestamp(), record.partition(), record.offset(), content.get()));
    if (kept.size() > most) {
      kept.remove();
    }
  }

  /** How many there were. */
  long all() {
    return all;
  }

  /** The youngest, oldest first. */
  List<RetainedLetter<T>> list() {
    return kept.stream().sorted(order).toList();
  }
}
