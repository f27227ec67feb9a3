package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds how many rounds of evictions there had been when a document was inserted, by its position
 * in its stream: a term that came again after a round counts only the documents since then.
 * Documents of a stream are inserted in the order of their positions, so a round is identified by
 * the position that each stream had reached.
 *
 * <p>Bounded: when there are more than {@value #MAX_ROUNDS} rounds, every second one of the older
 * half is merged with the one before it. Its documents are then taken for older than they are, so
 * removing them does not change the counts of terms that came in between: such a count may be too
 * high, and none is too low.
 *
 * <p>Cost: a binary search a document; a round takes one number and one for each stream. Not
 * thread-safe.
 */
final class EvictionRounds {

  /** About a megabyte with few streams. */
  static final int MAX_ROUNDS = 16_384;

  /**
   * The beginning of a round.
   *
   * @param number its number, from 1
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

  /** How many rounds there have been. */
  int count() {
    return count;
  }

  /** How many rounds are kept. */
  int retained() {
    return rounds.size();
  }

  /** Advances a stream to a document that was inserted. */
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

  /** How many rounds there had been before a document; fewer if rounds were merged. */
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

  /** Forgets all rounds but not the positions: all documents so far were before any round. */
  void clear() {
    rounds.clear();
    count = 0;
  }
}
