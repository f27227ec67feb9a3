package io.millrace.text;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Which command to refresh each partition has seen last, as it says itself with its counts. One
 * thread writes, others may read meanwhile.
 */
final class Acknowledgements {

  private record Said(long sequence, long command) {}

  private final Map<Integer, Said> latest = new ConcurrentHashMap<>();

  /**
   * Takes in what a batch says; one that is older than another of the same partition says nothing.
   */
  void state(BatchKey at, long command) {
    latest.merge(
        at.partition(),
        new Said(at.sequence(), command),
        (known, next) -> next.sequence() >= known.sequence() ? next : known);
  }

  /** Whether all partitions say that this command is the last that they have seen. */
  boolean byAll(int partitions, long command) {
    return IntStream.range(0, partitions)
        .mapToObj(latest::get)
        .allMatch(said -> said != null && said.command() == command);
  }
}
