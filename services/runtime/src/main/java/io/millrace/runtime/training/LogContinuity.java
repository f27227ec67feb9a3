package io.millrace.runtime.training;

import io.millrace.runtime.settings.IncompatibleStateException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether the input log and the consumer group's offsets go on where a trainer's positions end. If
 * not, an {@link IncompatibleStateException} names partition and offsets.
 */
final class LogContinuity {

  private final String model;
  private final Consumer<?, ?> consumer;

  LogContinuity(String model, Consumer<?, ?> consumer) {
    this.model = model;
    this.consumer = consumer;
  }

  /** The first offsets of the log, in the order of the partitions. */
  long[] beginnings(List<TopicPartition> partitions) {
    return inOrder(partitions, consumer.beginningOffsets(partitions));
  }

  /** Requires that the group has not read past the positions: its checkpoint would be lost. */
  void requireNothingRead(InputPositions positions) {
    Map<TopicPartition, Long> committed = committed(positions.partitions());
    for (int i = 0; i < positions.partitions().size(); i++) {
      TopicPartition partition = positions.partitions().get(i);
      long offset = committed.getOrDefault(partition, 0L);
      if (offset > positions.nextOffset(i)) {
        throw IncompatibleStateException.resettable(
            model,
            "the checkpoint of model %s is missing, but its group %s has read %s to offset %d"
                .formatted(model, group(), partition, offset));
      }
    }
  }

  /**
   * Requires that the group's offsets are the checkpoint's. They commit together, so that a
   * difference means that somebody else has set the group's.
   */
  void requireGroupAt(InputPositions positions) {
    Map<TopicPartition, Long> committed = committed(positions.partitions());
    for (int i = 0; i < positions.partitions().size(); i++) {
      TopicPartition partition = positions.partitions().get(i);
      long position = positions.nextOffset(i);
      long offset = committed.getOrDefault(partition, position);
      if (offset != position) {
        throw IncompatibleStateException.resettable(
            model,
            "the checkpoint of model %s is at offset %d of %s, but its consumer group %s is at %d"
                .formatted(model, position, partition, group(), offset));
      }
    }
  }

  /** Requires that the log still has, or is about to get, the records at the positions. */
  void requireLogAt(InputPositions positions) {
    long[] begins = beginnings(positions.partitions());
    long[] ends = inOrder(positions.partitions(), consumer.endOffsets(positions.partitions()));
    for (int i = 0; i < begins.length; i++) {
      long position = positions.nextOffset(i);
      if (position < begins[i] || position > ends[i]) {
        throw IncompatibleStateException.resettable(
            model,
            "model %s continues at offset %d of %s, but the log holds only offsets %d to %d"
                .formatted(model, position, positions.partitions().get(i), begins[i], ends[i]));
      }
    }
  }

  /** The group's offsets, without partitions for which it has none or whose offset expired. */
  private Map<TopicPartition, Long> committed(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> committed =
        consumer.committed(new HashSet<>(partitions));
    committed.forEach((partition, offset) -> {
      if (offset != null) {
        offsets.put(partition, offset.offset());
      }
    });
    return offsets;
  }

  private String group() {
    return consumer.groupMetadata().groupId();
  }

  private static long[] inOrder(
      List<TopicPartition> partitions, Map<TopicPartition, Long> offsets) {
    return partitions.stream().mapToLong(offsets::get).toArray();
  }
}
