package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells how many rounds of evictions there had been when a document was inserted, by the place that
 * it comes from: a term which came again after a round counts only the documents that came after it
 * too. Documents of a stream are inserted in the order of their positions, so a round is known by
 * the position that each stream had reached. Cost: a binary search a document; a round is a number
 * for each stream. Not thread-safe.
 */
final class EvictionRounds {

  private final List<long[]> rounds = new ArrayList<>();
  private long[] reached = {};

  /** How many there have been. */
  int count() {
    return rounds.size();
  }

  /** Notes that a document was inserted. */
  void reach(int stream, long position) {
    if (stream >= reached.length) {
      reached = Arrays.copyOf(reached, stream + 1);
    }
    reached[stream] = Math.max(reached[stream], position + 1);
  }

  /** Begins a round, between two documents. */
  void begin() {
    rounds.add(reached.clone());
  }

  /** How many there had been before that document. */
  int before(int stream, long position) {
    int from = 0;
    int to = rounds.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      long[] round = rounds.get(middle);
      if (stream >= round.length || round[stream] <= position) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Forgets all rounds, not what was reached: all documents so far were before any. */
  void clear() {
    rounds.clear();
  }
}
