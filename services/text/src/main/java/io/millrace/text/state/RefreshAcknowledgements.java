package io.millrace.text.state;

import io.millrace.text.codecs.FrequencyBlockKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Which command to refresh each partition has seen last, as it says itself with its counts. One
 * thread writes, others may read meanwhile.
 */
final class RefreshAcknowledgements {

  private record Acknowledgement(long sequence, long command) {}

  private final Map<Integer, Acknowledgement> latest = new ConcurrentHashMap<>();

  /**
   * Takes in what a batch says; one that is older than another of the same partition says nothing.
   */
  void record(FrequencyBlockKey at, long command) {
    latest.merge(
        at.partition(),
        new Acknowledgement(at.sequence(), command),
        (known, next) -> next.sequence() >= known.sequence() ? next : known);
  }

  /** Whether all partitions say that this command is the last that they have seen. */
  boolean isAcknowledgedByAll(int partitions, long command) {
    return IntStream.range(0, partitions)
        .mapToObj(latest::get)
        .allMatch(said -> said != null && said.command() == command);
  }
}
