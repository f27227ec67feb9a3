package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.deadletters.Replays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Which dead letters were sent again, which of these came back, and which are forgotten: three bits
 * for each offset.
 */
public final class LetterStates {

  /** What became of a dead letter. */
  public enum State {
    /** Not sent again. */
    OPEN,
    /** Sent again, and not refused again as far as is known. */
    REPLAYED,
    /** Sent again and refused again: a younger letter is the record now. */
    RETURNED,
    /** Of a subject that was forgotten: it is shown no more, and never sent again. */
    FORGOTTEN;

    /** Whether it is what there is of its record, and may be shown. */
    public boolean isShown() {
      return this == OPEN || this == REPLAYED;
    }
  }

  private record Bits(long beginning, BitSet replayed, BitSet returned, BitSet forgotten) {
    Bits(long beginning) {
      this(beginning, new BitSet(), new BitSet(), new BitSet());
    }
  }

  private final Uuid topicId;
  private final Map<Integer, Bits> partitions = new HashMap<>();

  LetterStates(Uuid topicId, Map<TopicPartition, Long> beginnings) {
    this.topicId = topicId;
    beginnings.forEach(
        (partition, beginning) -> partitions.put(partition.partition(), new Bits(beginning)));
  }

  /** Notes what a record says of letters before it. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    Replays.marked(record.headers())
        .ifPresent(letter ->
            set(letter, Replays.isForgotten(record.headers()) ? Bits::forgotten : Bits::replayed));
    if (LetterReader.isLetter(record)) {
      Replays.parent(record.headers()).ifPresent(letter -> set(letter, Bits::returned));
    }
  }

  private void set(Replays.Place letter, Function<Bits, BitSet> which) {
    Bits bits = partitions.get(letter.partition());
    if (bits != null && letter.topic().equals(topicId) && letter.offset() >= bits.beginning()) {
      which.apply(bits).set(index(bits, letter.offset()));
    }
  }

  /** The state of a letter; empty of a marker. */
  Optional<State> of(ConsumerRecord<byte[], byte[]> record) {
    Bits bits = partitions.get(record.partition());
    if (bits == null || !LetterReader.isLetter(record)) {
      return Optional.empty();
    }
    int index = index(bits, record.offset());
    if (bits.forgotten().get(index)) {
      return Optional.of(State.FORGOTTEN);
    }
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
