package io.millrace.runtime.training;

import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A trainer's positions in its input: for each partition, in ascending order, the first offset that
 * it was trained on and the next offset, and whose turn it is in the merge. Not thread-safe.
 */
final class InputPositions {

  private final List<TopicPartition> partitions;
  private final long[] from;
  private final long[] next;
  private final RoundRobinMerge.Position merge;

  /** Positions to continue from. */
  InputPositions(
      List<TopicPartition> partitions, long[] from, long[] next, RoundRobinMerge.Position merge) {
    this.partitions = List.copyOf(partitions);
    this.from = from.clone();
    this.next = next.clone();
    this.merge = merge;
  }

  /** The positions of a trainer that has read nothing. */
  static InputPositions beginning(List<TopicPartition> partitions, long[] starts) {
    return new InputPositions(partitions, starts, starts, RoundRobinMerge.Position.BEGINNING);
  }

  List<TopicPartition> partitions() {
    return partitions;
  }

  /** The next offset of a partition, given by its index. */
  long nextOffset(int partition) {
    return next[partition];
  }

  /** Moves a partition past a record or control record. */
  void advance(int partition, long offset) {
    next[partition] = offset + 1;
  }

  /** A merge that continues at these positions. */
  <E> RoundRobinMerge<BufferedRecord<E>> resumeMerge(int slice) {
    return new RoundRobinMerge<>(partitions.size(), slice, merge);
  }

  /** The offsets to commit for the consumer group. */
  Map<TopicPartition, OffsetAndMetadata> committableOffsets() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (int i = 0; i < partitions.size(); i++) {
      offsets.put(partitions.get(i), new OffsetAndMetadata(next[i]));
    }
    return offsets;
  }

  /** The positions for the checkpoint's manifest. */
  List<Source> positions() {
    List<Source> positions = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition partition = partitions.get(i);
      positions.add(new Source(partition.topic(), partition.partition(), next[i]));
    }
    return positions;
  }

  /** The input ranges for the model's manifest. */
  List<InputRange> ranges() {
    List<InputRange> ranges = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition partition = partitions.get(i);
      ranges.add(new InputRange(partition.topic(), partition.partition(), from[i], next[i]));
    }
    return ranges;
  }

  @Override
  public String toString() {
    return partitions + " at " + Arrays.toString(next);
  }
}
