package io.millrace.runtime.training;

import io.millrace.runtime.records.ControlRecords;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that were read and not learned from yet. Other threads decode them meanwhile; {@link
 * RoundRobinMerge} puts them in the order of training. A partition of which enough is buffered is
 * paused. Used by one thread.
 */
final class ReadAheadBuffer<E> {

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final ExecutorService decoders;
  private final List<TopicPartition> partitions;
  private final RoundRobinMerge<BufferedRecord<E>> merge;
  private final long[] sizeBytes;

  /** An empty buffer; its merge continues at the positions. */
  ReadAheadBuffer(
      TrainerContext<E> context,
      Consumer<byte[], byte[]> consumer,
      ExecutorService decoders,
      InputPositions positions) {
    this.context = context;
    this.consumer = consumer;
    this.decoders = decoders;
    this.partitions = positions.partitions();
    this.merge = positions.resumeMerge(context.config().mergeSlice());
    this.sizeBytes = new long[partitions.size()];
  }

  /** Adds what a poll brought and begins to decode it. */
  void add(ConsumerRecords<byte[], byte[]> polled) {
    for (int i = 0; i < partitions.size(); i++) {
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partitions.get(i))) {
        BufferedRecord<E> buffered = decodeAhead(record);
        merge.add(i, buffered);
        sizeBytes[i] += buffered.sizeBytes();
      }
    }
  }

  /** Removes what comes next in the order of training. */
  RoundRobinMerge.Next<BufferedRecord<E>> poll() {
    RoundRobinMerge.Next<BufferedRecord<E>> next = merge.poll();
    switch (next) {
      case RoundRobinMerge.Next.Value<BufferedRecord<E>>(int partition, BufferedRecord<E> value) ->
          sizeBytes[partition] -= value.sizeBytes();
      case RoundRobinMerge.Next.Aligned<BufferedRecord<E>>(List<BufferedRecord<E>> markers) -> {
        for (int i = 0; i < markers.size(); i++) {
          sizeBytes[i] -= markers.get(i).sizeBytes();
        }
      }
      case RoundRobinMerge.Next.Waiting<BufferedRecord<E>>() -> {}
    }
    return next;
  }

  /**
   * Pauses partitions of which enough is buffered and resumes those of which half of it was
   * learned. A partition with an empty buffer is never paused, so that the merge gets its next
   * record.
   */
  void pauseOrResumePartitions() {
    int maxRecords = context.config().bufferRecords();
    int maxBytes = context.config().bufferBytes();
    for (int i = 0; i < partitions.size(); i++) {
      int records = merge.size(i);
      if (records >= maxRecords || sizeBytes[i] >= maxBytes) {
        consumer.pause(List.of(partitions.get(i)));
      } else if (records <= maxRecords / 2 && sizeBytes[i] <= maxBytes / 2) {
        consumer.resume(List.of(partitions.get(i)));
      }
    }
  }

  /** Buffered records of all partitions, close-step records included. */
  long size() {
    return IntStream.range(0, partitions.size()).mapToLong(merge::size).sum();
  }

  /** The merge, whose turn is part of a checkpoint. */
  RoundRobinMerge<?> merge() {
    return merge;
  }

  private BufferedRecord<E> decodeAhead(ConsumerRecord<byte[], byte[]> record) {
    Future<Optional<E>> example =
        ControlRecords.isMarker(record.headers(), record.value())
            ? CompletableFuture.completedFuture(Optional.empty())
            : decoders.submit(() -> context.trainer().decode(record));
    return new BufferedRecord<>(
        record.offset(),
        record.timestamp(),
        Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize()),
        ControlRecords.closesStep(record.headers(), record.value()),
        example);
  }
}
