package io.millrace.runtime.training;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.RecordDigest;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.Traces;
import io.millrace.schemas.avro.ReadRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Records that were read and not learned from yet. Other threads decode them meanwhile; {@link
 * RoundRobinMerge} puts them in the order of training. A partition of which enough is buffered is
 * paused, and when all together have enough bytes, only the next record of the partition whose turn
 * it is, is still taken: what a poll brings beyond is read again later. So the memory is that of
 * {@code buffer.bytes} and one record, whatever number of partitions there is. Used by one thread.
 */
final class ReadAheadBuffer<E> {

  /** A cut that is not complete after this number of polls may lack a marker. */
  private static final int POLLS_AT_CUT = 5;

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final ExecutorService decoders;
  private final List<TopicPartition> partitions;
  private final RoundRobinMerge<BufferedRecord<E>> merge;
  private long sizeBytes;
  private int pollsAtCut;

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
  }

  /**
   * Adds what a poll brought and begins to decode it.
   *
   * @return whether there were records other than control records
   */
  boolean add(ConsumerRecords<byte[], byte[]> polled) {
    boolean any = false;
    for (int i = 0; i < partitions.size(); i++) {
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partitions.get(i))) {
        if (isFull() && !isNeeded(i)) {
          consumer.seek(partitions.get(i), record.offset());
          break;
        }
        BufferedRecord<E> buffered = decodeAhead(record);
        merge.add(i, buffered);
        sizeBytes += buffered.sizeBytes();
        any |= buffered.marker().isEmpty();
      }
      merge.readTo(i, consumer.position(partitions.get(i)));
    }
    boundCut();
    return any;
  }

  /**
   * Where a marker was removed by compaction, the cut is made at the end that the log has now. That
   * end includes open transactions: a marker that lies in the log lies before it, even where its
   * transaction is still being completed.
   */
  private void boundCut() {
    pollsAtCut = merge.needsBounds() ? pollsAtCut + 1 : 0;
    if (pollsAtCut >= POLLS_AT_CUT) {
      Map<TopicPartition, Long> ends =
          CommittedReader.ends(context.settings(), partitions, IsolationLevel.READ_UNCOMMITTED);
      merge.boundCut(partitions.stream().mapToLong(ends::get).toArray());
    }
  }

  /** Removes what comes next in the order of training. */
  RoundRobinMerge.Next<BufferedRecord<E>> poll() {
    RoundRobinMerge.Next<BufferedRecord<E>> next = merge.poll();
    switch (next) {
      case RoundRobinMerge.Next.Value<BufferedRecord<E>>(int partition, BufferedRecord<E> value) ->
          sizeBytes -= value.sizeBytes();
      case RoundRobinMerge.Next.Stale<BufferedRecord<E>>(int partition, BufferedRecord<E> value) ->
          sizeBytes -= value.sizeBytes();
      case RoundRobinMerge.Next.Cut<BufferedRecord<E>> cut ->
          cut.markers().forEach(marker -> sizeBytes -= marker.value().sizeBytes());
      case RoundRobinMerge.Next.Waiting<BufferedRecord<E>>() -> {}
    }
    return next;
  }

  /**
   * Pauses partitions of which enough is buffered, or all if they have enough bytes together, and
   * resumes those of which half of it was learned. The partition whose turn it is, is never paused
   * while its buffer is empty, so that the merge gets its next record.
   */
  void pauseOrResumePartitions() {
    int maxRecords = context.config().bufferRecords();
    for (int i = 0; i < partitions.size(); i++) {
      int records = merge.size(i);
      if (isNeeded(i)) {
        consumer.resume(List.of(partitions.get(i)));
      } else if (isFull() || records >= maxRecords) {
        consumer.pause(List.of(partitions.get(i)));
      } else if (sizeBytes <= context.config().bufferBytes() / 2 && records <= maxRecords / 2) {
        consumer.resume(List.of(partitions.get(i)));
      }
    }
  }

  private boolean isFull() {
    return sizeBytes >= context.config().bufferBytes();
  }

  /** Whether the merge waits for this partition. */
  private boolean isNeeded(int partition) {
    return merge.size(partition) == 0 && merge.position().partition() == partition;
  }

  /** Bytes of all buffered records, as they were read. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Buffered records of all partitions, control records included. */
  long size() {
    return IntStream.range(0, partitions.size()).mapToLong(merge::size).sum();
  }

  /**
   * The number of a marker that is written now, see {@link StepMarker#next}: by the sum of the next
   * offsets to read, of all partitions.
   */
  long nextCut() {
    long offsets = partitions.stream().mapToLong(consumer::position).sum();
    return StepMarker.next(offsets, merge.position().lastCut());
  }

  /** The merge, whose turn is part of a checkpoint. */
  RoundRobinMerge<?> merge() {
    return merge;
  }

  private BufferedRecord<E> decodeAhead(ConsumerRecord<byte[], byte[]> record) {
    var digest = new FutureTask<>(() -> RecordDigest.of(record));
    long forgotten = forgotten(record);
    Optional<TracedRecord> traced = Traces.record(record);
    return new BufferedRecord<>(
        record.offset(),
        record.timestamp(),
        Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize()),
        traced,
        Traces.now(traced),
        ControlRecords.marker(record.headers(), record.value()),
        forgotten,
        decoded(record, forgotten, digest, traced),
        digest);
  }

  private long forgotten(ConsumerRecord<byte[], byte[]> record) {
    return context.forgotten().isEmpty()
        ? 0
        : context
            .trainer()
            .subject(record)
            .map(it -> context.forgotten().leavesOut(it, record.partition(), record.offset()))
            .orElse(0L);
  }

  private Future<Optional<E>> decoded(
      ConsumerRecord<byte[], byte[]> record,
      long forgotten,
      FutureTask<ReadRecord> digest,
      Optional<TracedRecord> traced) {
    if (forgotten > 0 || ControlRecords.isMarker(record.headers(), record.value())) {
      digest.run();
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return decoders.submit(() -> {
      digest.run();
      return traced.isEmpty() ? context.trainer().decode(record) : decode(record, traced.get());
    });
  }

  private Optional<E> decode(ConsumerRecord<byte[], byte[]> record, TracedRecord traced) {
    long started = Traces.now();
    Optional<E> example = context.trainer().decode(record);
    Traces.part(
        context.model(),
        traced,
        "decode " + record.topic(),
        started,
        Traces.now(),
        Optional.empty());
    return example;
  }
}
