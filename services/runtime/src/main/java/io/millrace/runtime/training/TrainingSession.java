package io.millrace.runtime.training;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The time in which one instance trains a model: from {@link #takeOver} to the first failed
 * transaction or the loss of a partition. Cuts the log into batches and steps and commits each step
 * while it learns the next. What is not committed is only in memory: closing the session undoes it,
 * be it one step or two. Used by one thread.
 */
final class TrainingSession<E> implements AutoCloseable {

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final Transactions transactions;
  private final AsyncCommitter commits;
  private final InputPositions progress;
  private final VersionWriter writer;
  private final ReadAheadBuffer<E> ahead;

  // The step in hand.
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
      TrainerRecovery.Recovered recovered) {
    this.context = context;
    this.consumer = consumer;
    this.transactions = transactions;
    this.commits = new AsyncCommitter(context.service());
    this.progress = recovered.progress();
    this.writer = recovered.writer();
    this.ahead = new ReadAheadBuffer<>(context, consumer, decoders, progress);
  }

  /**
   * Takes the model over:
   *
   * <ol>
   *   <li>Opens the transactional id that is the model's name. This fences the instance that
   *       trained the model before: if it was only stalled, its next commit fails.
   *   <li>Restores the trainer from the topics, see {@link TrainerRecovery}.
   *   <li>Sets the consumer to the positions of the checkpoint and resumes it.
   * </ol>
   *
   * @param consumer has been assigned all partitions, and they are paused
   * @throws IncompatibleStateException if checkpoint, settings, log and group do not match
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
      var recovered = new TrainerRecovery<>(context, consumer).recover(partitions, transactions);
      for (int i = 0; i < partitions.size(); i++) {
        consumer.seek(partitions.get(i), recovered.progress().nextOffset(i));
      }
      consumer.resume(partitions);
      context.gauges().active(true);
      context.failpoints().reached(Transactions.Failpoint.RESTORED);
      return new TrainingSession<>(context, consumer, decoders, transactions, recovered);
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /** Adds what a poll brought to the read-ahead buffer. */
  void buffer(ConsumerRecords<byte[], byte[]> polled) {
    ahead.add(polled);
  }

  /**
   * Learns from one batch, if enough was read:
   *
   * <ol>
   *   <li>If the step before has been committed since the last call, records its metrics.
   *   <li>Takes records in the order of training until the batch is full. If the next one has not
   *       been read yet, returns: the records are held back, and stay uncommitted.
   *   <li>If close-step records come next in all partitions, learns from what the batch has and
   *       commits the step. If the step has no record, commits only the positions.
   *   <li>Lets the trainer learn from the full batch. Records that could not be decoded are counted
   *       as skipped.
   *   <li>After the last batch of the step, takes a snapshot of the trainer and begins to commit
   *       version, checkpoint, positions and other outputs in one transaction. This waits only if
   *       the step before is not committed yet.
   *   <li>Pauses partitions of which enough is buffered.
   * </ol>
   *
   * @return whether the caller should call again without waiting for records
   * @throws KafkaException if a step did not commit
   */
  boolean runOnce() {
    commits.pollCompleted();
    boolean more = trainNextBatch();
    ahead.pauseOrResumePartitions();
    return more;
  }

  private boolean trainNextBatch() {
    while (batch.size() < context.config().batchSize()) {
      switch (ahead.poll()) {
        case RoundRobinMerge.Next.Value<BufferedRecord<E>>(int partition, BufferedRecord<E> next) ->
            addToBatch(partition, next);
        case RoundRobinMerge.Next.Aligned<BufferedRecord<E>>(List<BufferedRecord<E>> markers) -> {
          closeStep(markers);
          return true;
        }
        case RoundRobinMerge.Next.Waiting<BufferedRecord<E>>() -> {
          context.gauges().heldBack(records + ahead.size());
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

  /** Waits for the step that is being committed, and gives up the one in hand. */
  @Override
  public void close() {
    commits.close();
    transactions.close();
    context.gauges().active(false);
  }

  private void addToBatch(int partition, BufferedRecord<E> next) {
    if (records == 0) {
      startedNanos = System.nanoTime();
    }
    progress.advance(partition, next.offset());
    times.add(next.timestamp());
    batch.add(next);
    records++;
  }

  private void closeStep(List<BufferedRecord<E>> markers) {
    for (int partition = 0; partition < markers.size(); partition++) {
      progress.advance(partition, markers.get(partition).offset());
    }
    if (records > 0) {
      learnBatch();
      commitVersion();
    } else {
      commit(writer.checkpoint(Map.of(), progress, ahead.merge()), () -> {});
    }
    context.gauges().heldBack(0);
  }

  private void learnBatch() {
    List<E> examples = new ArrayList<>(batch.size());
    for (BufferedRecord<E> record : batch) {
      decoded(record).ifPresent(examples::add);
    }
    skipped += batch.size() - examples.size();
    if (!examples.isEmpty()) {
      context.trainer().learn(Collections.unmodifiableList(examples));
    }
    batch.clear();
    batches++;
    context.failpoints().reached(Transactions.Failpoint.LEARNED);
  }

  private Optional<E> decoded(BufferedRecord<E> record) {
    try {
      return record.example().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the record of %s at offset %d cannot be decoded: %s"
              .formatted(context.input(), record.offset(), RootCause.message(e)),
          e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void commitVersion() {
    List<ProducerRecord<byte[], byte[]>> outputs =
        writer.next(context.trainer().snapshot(), progress, ahead.merge());
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
}
