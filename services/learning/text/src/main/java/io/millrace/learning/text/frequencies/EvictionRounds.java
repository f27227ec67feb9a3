package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells how many rounds of evictions there had been when a document was inserted, by the place that
 * it comes from: a term which came again after a round counts only the documents that came after it
 * too. Documents of a stream are inserted in the order of their positions, so a round is known by
 * the position that each stream had reached.
 *
 * <p>Bounded: when there are more than {@value #MAX_ROUNDS}, every second of the older half is not
 * told apart any more from the one before it. A document of these is taken for older than it is, so
 * that when it goes it takes nothing from terms which came in between: a count may be too high
 * then, and none is too low.
 *
 * <p>Cost: a binary search a document; a round is two numbers and one for each stream. Not
 * thread-safe.
 */
final class EvictionRounds {

  /** A megabyte, with few streams; at the smallest capacity some ten thousand documents. */
  static final int MAX_ROUNDS = 16_384;

  /**
   * The beginning of a round.
   *
   * @param number how many there were then, this one included
   * @param reached the position that each stream had reached
   */
  private record Round(int number, long[] reached) {
    boolean isBefore(int stream, long position) {
      return stream >= reached.length || reached[stream] <= position;
    }
  }

  private List<Round> rounds = new ArrayList<>();
  private long[] reached = {};
  private int count;

  /** How many there have been. */
  int count() {
    return count;
  }

  /** How many are told apart. */
  int retained() {
    return rounds.size();
  }

  /** Notes that a document was inserted. */
  void observe(int stream, long position) {
    if (stream >= reached.length) {
      reached = Arrays.copyOf(reached, stream + 1);
    }
    reached[stream] = Math.max(reached[stream], position + 1);
  }

  /** Begins a round, between two documents. */
  void begin() {
    count++;
    rounds.add(new Round(count, reached.clone()));
    if (rounds.size() > MAX_ROUNDS) {
      thinOut();
    }
  }

  private void thinOut() {
    List<Round> kept = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      if (i % 2 == 0 || i > rounds.size() / 2) {
        kept.add(rounds.get(i));
      }
    }
    rounds = kept;
  }

  /** How many there had been before that document; fewer, where they are not told apart. */
  int roundsBefore(int stream, long position) {
    int from = 0;
    int to = rounds.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (rounds.get(middle).isBefore(stream, position)) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from == 0 ? 0 : rounds.get(from - 1).number();
  }

  /** Forgets all rounds, not what was reached: all documents so far were before any. */
  void clear() {
    rounds.clear();
    count = 0;
  }
}
