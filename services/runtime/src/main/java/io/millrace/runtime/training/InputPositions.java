package io.millrace.runtime.training;

import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ReadRecord;
import io.millrace.schemas.avro.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A trainer's positions in its input: for each partition, in ascending order, the first offset that
 * it was trained on, the next offset and the last records before it, and whose turn it is in the
 * merge. Not thread-safe.
 */
final class InputPositions {

  /**
   * How many of the last records of a partition the checkpoint describes. They find the position
   * again in a copy of the log that has other offsets. Several, since compaction may have removed
   * some.
   */
  static final int RECENT = 16;

  private final List<TopicPartition> partitions;
  private final long[] from;
  private final long[] next;
  private final RoundRobinMerge.Position merge;
  private final List<ArrayDeque<Future<ReadRecord>>> recent = new ArrayList<>();

  /**
   * Positions to continue from.
   *
   * @param recent the last records before them, in the order of the log
   */
  InputPositions(
      List<TopicPartition> partitions,
      long[] from,
      long[] next,
      RoundRobinMerge.Position merge,
      List<ReadRecord> recent) {
    this.partitions = List.copyOf(partitions);
    this.from = from.clone();
    this.next = next.clone();
    this.merge = merge;
    for (TopicPartition partition : partitions) {
      ArrayDeque<Future<ReadRecord>> last = new ArrayDeque<>();
      recent.stream()
          .filter(record -> record.getPartition() == partition.partition())
          .forEach(record -> last.add(CompletableFuture.completedFuture(record)));
      this.recent.add(last);
    }
  }

  /** The positions of a trainer that has read nothing. */
  static InputPositions beginning(List<TopicPartition> partitions, long[] starts) {
    return new InputPositions(
        partitions, starts, starts, RoundRobinMerge.Position.BEGINNING, List.of());
  }

  List<TopicPartition> partitions() {
    return partitions;
  }

  /** The next offset of a partition, given by its index. */
  long nextOffset(int partition) {
    return next[partition];
  }

  /** Moves a partition past a record or control record. */
  void advance(int partition, BufferedRecord<?> record) {
    next[partition] = record.offset() + 1;
    ArrayDeque<Future<ReadRecord>> last = recent.get(partition);
    last.add(record.digest());
    if (last.size() > RECENT) {
      last.remove();
    }
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

  /** The last records before the positions, for the checkpoint's manifest. */
  List<ReadRecord> recent() {
    return recent.stream().flatMap(ArrayDeque::stream).map(Future::resultNow).toList();
  }

  /**
   * The input ranges for the model's manifest.
   *
   * @param topicId the ids of cluster and topic
   */
  List<InputRange> ranges(String topicId) {
    List<InputRange> ranges = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition partition = partitions.get(i);
      ranges.add(
          new InputRange(partition.topic(), partition.partition(), from[i], next[i], topicId));
    }
    return ranges;
  }

  @Override
  public String toString() {
    return partitions + " at " + Arrays.toString(next);
  }
}
