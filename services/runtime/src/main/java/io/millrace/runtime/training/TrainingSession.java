package io.millrace.runtime.training;

import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The time in which an instance owns a model: from the takeover to the first failure or the loss of
 * a partition. Cuts what is read into batches and steps, and commits each step while it learns the
 * next. What is not committed is in memory only: who drops the tenure has undone it, be it one step
 * or two. Used by one thread.
 */
final class TrainingSession<E> implements AutoCloseable {

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final ExecutorService decoders;
  private final Transactions transactions;
  private final AsyncCommitter commits;
  private final InputPositions progress;
  private final VersionWriter writer;
  private final RoundRobinMerge<BufferedRecord<E>> merge;
  private final long[] bufferedBytes;

  private final List<BufferedRecord<E>> batch = new ArrayList<>();
  private LongStream.Builder times = LongStream.builder();
  private int records;
  private int batches;
  private int skipped;
  private long startedNanos;

  private TrainingSession(
      TrainerContext<E> context,
      Consumer<byte[], byte[]> consumer,
      ExecutorService decoders,
      Transactions transactions,
      TrainerRecovery.Recovered started) {
    this.context = context;
    this.consumer = consumer;
    this.decoders = decoders;
    this.transactions = transactions;
    this.commits = new AsyncCommitter(context.service());
    this.progress = started.progress();
    this.writer = started.writer();
    this.merge = progress.resumeMerge(context.config().mergeSlice());
    this.bufferedBytes = new long[progress.partitions().size()];
  }

  /**
   * Takes the model over: fences whoever had it, brings the trainer to where the topics say it is,
   * and the consumer to its positions.
   *
   * @param consumer has been assigned all partitions, and they are paused
   * @throws IncompatibleStateException if checkpoint, settings, log and group do not go together
   */
  static <E> TrainingSession<E> takeOver(
      TrainerContext<E> context,
      Consumer<byte[], byte[]> consumer,
      ExecutorService decoders,
      List<TopicPartition> partitions) {
    context.failpoints().reached(Transactions.Failpoint.OWNED);
    Transactions transactions =
        Transactions.fenceAndOpen(
            context.settings(),
            context.settings().common().transactionalId(context.model()),
            context.config().transactionTimeout(),
            context.metrics(),
            context.failpoints());
    try {
      var started = new TrainerRecovery<>(context, consumer).recover(partitions, transactions);
      for (int i = 0; i < partitions.size(); i++) {
        consumer.seek(partitions.get(i), started.progress().nextOffset(i));
      }
      consumer.resume(partitions);
      context.gauges().active(true);
      context.failpoints().reached(Transactions.Failpoint.RESTORED);
      return new TrainingSession<>(context, consumer, decoders, transactions, started);
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /** Takes in what was read and has it decoded. */
  void buffer(ConsumerRecords<byte[], byte[]> polled) {
    for (int i = 0; i < progress.partitions().size(); i++) {
      TopicPartition partition = progress.partitions().get(i);
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
        BufferedRecord<E> ahead = decodeAhead(record);
        merge.add(i, ahead);
        bufferedBytes[i] += ahead.sizeBytes();
      }
    }
  }

  /**
   * Learns from the next batch, or closes the step, if enough was read.
   *
   * @return whether there may be more to do at once
   * @throws org.apache.kafka.common.KafkaException if a step did not commit
   */
  boolean runOnce() {
    commits.pollCompleted();
    boolean more = trainNextBatch();
    pauseOrResumePartitions();
    return more;
  }

  private boolean trainNextBatch() {
    while (batch.size() < context.config().batchSize()) {
      switch (merge.poll()) {
        case RoundRobinMerge.Next.Value<BufferedRecord<E>>(
                int partition,
                BufferedRecord<E> ahead) ->
            addToBatch(partition, ahead);
        case RoundRobinMerge.Next.Aligned<BufferedRecord<E>>(List<BufferedRecord<E>> markers) -> {
          close(markers);
          return true;
        }
        case RoundRobinMerge.Next.Waiting<BufferedRecord<E>>() -> {
          context.gauges().heldBack(records + bufferedRecords());
          return false;
        }
      }
    }
    learnBatch();
    if (batches == context.config().stepBatches()) {
      commitVersion();
    }
    context.gauges().heldBack(records);
    return true;
  }

  /** Gives up what is not on its way to be committed. */
  @Override
  public void close() {
    commits.close();
    transactions.close();
    context.gauges().active(false);
  }

  private BufferedRecord<E> decodeAhead(ConsumerRecord<byte[], byte[]> record) {
    boolean marker = ControlRecords.closesStep(record.headers(), record.value());
    Future<Optional<E>> example =
        ControlRecords.isMarker(record.headers(), record.value())
            ? CompletableFuture.completedFuture(Optional.empty())
            : decoders.submit(() -> context.trainer().decode(record));
    int sizeBytes =
        Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    return new BufferedRecord<>(record.offset(), record.timestamp(), sizeBytes, marker, example);
  }

  /**
   * Pauses partitions of which enough is read ahead. One of which nothing is read is never paused,
   * so that the merge is not starved.
   */
  private void pauseOrResumePartitions() {
    int maxRecords = context.config().bufferRecords();
    int maxBytes = context.config().bufferBytes();
    for (int i = 0; i < progress.partitions().size(); i++) {
      List<TopicPartition> partition = List.of(progress.partitions().get(i));
      int size = merge.size(i);
      if (size >= maxRecords || bufferedBytes[i] >= maxBytes) {
        consumer.pause(partition);
      } else if (size <= maxRecords / 2 && bufferedBytes[i] <= maxBytes / 2) {
        consumer.resume(partition);
      }
    }
  }

  private void addToBatch(int partition, BufferedRecord<E> ahead) {
    if (records == 0) {
      startedNanos = System.nanoTime();
    }
    progress.advance(partition, ahead.offset());
    bufferedBytes[partition] -= ahead.sizeBytes();
    times.add(ahead.timestamp());
    batch.add(ahead);
    records++;
  }

  private void close(List<BufferedRecord<E>> markers) {
    for (int partition = 0; partition < markers.size(); partition++) {
      progress.advance(partition, markers.get(partition).offset());
      bufferedBytes[partition] -= markers.get(partition).sizeBytes();
    }
    if (records > 0) {
      learnBatch();
      commitVersion();
    } else {
      commit(writer.checkpoint(Map.of(), progress, merge), () -> {});
    }
    context.gauges().heldBack(0);
  }

  private void learnBatch() {
    List<E> examples = new ArrayList<>(batch.size());
    for (BufferedRecord<E> ahead : batch) {
      decoded(ahead).ifPresent(examples::add);
    }
    skipped += batch.size() - examples.size();
    if (!examples.isEmpty()) {
      context.trainer().learn(Collections.unmodifiableList(examples));
    }
    batch.clear();
    batches++;
    context.failpoints().reached(Transactions.Failpoint.LEARNED);
  }

  private Optional<E> decoded(BufferedRecord<E> ahead) {
    try {
      return ahead.example().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "a record of %s at offset %d cannot be decoded: %s"
              .formatted(context.input(), ahead.offset(), RootCause.message(e)),
          e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void commitVersion() {
    List<ProducerRecord<byte[], byte[]>> outputs =
        writer.next(context.trainer().snapshot(), progress, merge);
    long version = writer.version();
    commit(outputs, () -> context.gauges().version(version, Instant.now()));
  }

  private void commit(List<ProducerRecord<byte[], byte[]>> outputs, Runnable committed) {
    Map<TopicPartition, OffsetAndMetadata> offsets = progress.committableOffsets();
    ConsumerGroupMetadata group = consumer.groupMetadata();
    long[] inputTimes = times.build().toArray();
    int unusable = skipped;
    long begun = records == 0 ? System.nanoTime() : startedNanos;
    commits.submit(
        () -> transactions.commit(outputs, offsets, group),
        () -> {
          Duration took = Duration.ofNanos(System.nanoTime() - begun);
          context.metrics().committed(inputTimes, unusable, outputs, took);
          committed.run();
        });
    times = LongStream.builder();
    records = 0;
    batches = 0;
    skipped = 0;
  }

  private long bufferedRecords() {
    long sum = 0;
    for (int i = 0; i < bufferedBytes.length; i++) {
      sum += merge.size(i);
    }
    return sum;
  }
}
