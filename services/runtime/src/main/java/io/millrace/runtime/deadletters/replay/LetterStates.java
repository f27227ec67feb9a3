package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.deadletters.Replays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** Which dead letters were sent again, and which of these came back: two bits for each offset. */
public final class LetterStates {

  /** What became of a dead letter. */
  public enum State {
    /** Not sent again. */
    OPEN,
    /** Sent again, and not refused again as far as is known. */
    REPLAYED,
    /** Sent again and refused again: a younger letter is the record now. */
    RETURNED
  }

  private record Bits(long beginning, BitSet replayed, BitSet returned) {}

  private final Uuid topicId;
  private final Map<Integer, Bits> partitions = new HashMap<>();

  LetterStates(Uuid topicId, Map<TopicPartition, Long> beginnings) {
    this.topicId = topicId;
    beginnings.forEach((partition, beginning) ->
        partitions.put(partition.partition(), new Bits(beginning, new BitSet(), new BitSet())));
  }

  /** Notes what a record says of letters before it. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    Replays.marked(record.headers()).ifPresent(letter -> set(letter, true));
    if (LetterReader.isLetter(record)) {
      Replays.parent(record.headers()).ifPresent(letter -> set(letter, false));
    }
  }

  private void set(Replays.Place letter, boolean replayed) {
    Bits bits = partitions.get(letter.partition());
    if (bits != null && letter.topic().equals(topicId) && letter.offset() >= bits.beginning()) {
      (replayed ? bits.replayed() : bits.returned()).set(index(bits, letter.offset()));
    }
  }

  /** The state of a letter; empty of a marker. */
  Optional<State> of(ConsumerRecord<byte[], byte[]> record) {
    Bits bits = partitions.get(record.partition());
    if (bits == null || !LetterReader.isLetter(record)) {
      return Optional.empty();
    }
    int index = index(bits, record.offset());
    return Optional.of(
        !bits.replayed().get(index)
            ? State.OPEN
            : bits.returned().get(index) ? State.RETURNED : State.REPLAYED);
  }

  private static int index(Bits bits, long offset) {
    long index = offset - bits.beginning();
    if (index > Integer.MAX_VALUE) {
      throw new RefusedException(
          "a partition of dead-letters holds more than two thousand million records: shorten its"
              + " retention");
    }
    return (int) index;
  }
}
