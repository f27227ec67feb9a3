package io.millrace.runtime.training;

import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.records.StepMarker;
import io.millrace.runtime.records.StepSpans;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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

  /** Takes the steps of a session while it goes on. */
  interface StepSink extends AutoCloseable {

    /**
     * Records the metrics of a step that is committed by now; does not wait.
     *
     * @throws KafkaException if it did not commit
     */
    default void pollCompleted() {}

    /**
     * Begins to commit a version of what the trainer has learned; waits for the step before.
     *
     * @throws KafkaException if the step before did not commit
     */
    void commitVersion(StepInProgress.Totals step, RoundRobinMerge<?> merge);

    /** Begins to commit the positions alone, where nothing was learned; waits as above. */
    default void commitPositions(StepInProgress.Totals step, RoundRobinMerge<?> merge) {}

    /** Begins to write a marker to all partitions of the input; waits as above. */
    default void writeMarker(StepMarker marker) {}

    /** Ends the commit in progress, if any, from another thread. */
    default void abandonCommit() {}

    /** Waits for the step that is being committed, and ends. */
    @Override
    default void close() {}
  }

  private final TrainerContext<E> context;
  private final InputPositions progress;
  private final StepSink sink;
  private final ReadAheadBuffer<E> ahead;

  private final QuietStream quiet;
  private final List<BufferedRecord<E>> batch = new ArrayList<>();
  private final StepInProgress step = new StepInProgress();
  private int stepBatches;

  private TrainingSession(
      TrainerContext<E> context,
      Consumer<byte[], byte[]> consumer,
      ExecutorService decoders,
      InputPositions progress,
      StepSink sink) {
    this.context = context;
    this.progress = progress;
    this.sink = sink;
    this.ahead = new ReadAheadBuffer<>(context, consumer, decoders, progress);
    this.quiet =
        new QuietStream(
            context.config().stepIdle(), context.config().stepMaxWait(), System::nanoTime);
    beginStep();
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
      try {
        for (int i = 0; i < partitions.size(); i++) {
          consumer.seek(partitions.get(i), recovered.progress().nextOffset(i));
        }
        consumer.resume(partitions);
        context.gauges().active(true);
        context.failpoints().reached(Transactions.Failpoint.RESTORED);
        var committer = new StepCommitter(context, consumer, transactions, recovered);
        return new TrainingSession<>(
            context.leavingOut(recovered.forgotten()),
            consumer,
            decoders,
            recovered.progress(),
            committer);
      } catch (RuntimeException e) {
        recovered.kept().close();
        throw e;
      }
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /**
   * Learns from the log on the trainer's own, without a group and without a transaction.
   *
   * @param consumer is assigned the partitions of the positions, and stands there
   * @param sink takes the steps
   */
  static <E> TrainingSession<E> offline(
      TrainerContext<E> context,
      Consumer<byte[], byte[]> consumer,
      ExecutorService decoders,
      InputPositions progress,
      StepSink sink) {
    return new TrainingSession<>(context, consumer, decoders, progress, sink);
  }

  /** Adds what a poll brought to the read-ahead buffer. */
  void buffer(ConsumerRecords<byte[], byte[]> polled) {
    if (ahead.add(polled)) {
      quiet.recordsRead();
    }
  }

  /**
   * Learns from one batch, if enough was read:
   *
   * <ol>
   *   <li>If the step before has been committed since the last call, records its metrics.
   *   <li>Takes records in the order of training until the batch is full. If the next one has not
   *       been read yet, returns: the records are held back, and stay uncommitted. If the stream
   *       has become quiet, writes a marker into the log before, see {@link QuietStream}.
   *   <li>If all partitions have reached a marker, learns from what the batch has, makes the
   *       updates that the marker asks for, and if it closes the step, commits it. If the step is
   *       empty, commits only the positions.
   *   <li>Lets the trainer learn from the full batch. Records that could not be decoded, and those
   *       of forgotten subjects, are counted as skipped.
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
    sink.pollCompleted();
    boolean more = trainNextBatch();
    ahead.pauseOrResumePartitions();
    return more;
  }

  private boolean trainNextBatch() {
    while (batch.size() < context.config().batchSize()) {
      switch (ahead.poll()) {
        case RoundRobinMerge.Next.Value<BufferedRecord<E>>(int partition, BufferedRecord<E> next) ->
            addToBatch(partition, next);
        case RoundRobinMerge.Next.Cut<BufferedRecord<E>> cut -> {
          obey(cut);
          return true;
        }
        case RoundRobinMerge.Next.Stale<BufferedRecord<E>>(
                int partition,
                BufferedRecord<E> marker) ->
            progress.advance(partition, marker);
        case RoundRobinMerge.Next.Waiting<BufferedRecord<E>>() -> {
          long heldBack = step.records() + ahead.size();
          context.gauges().heldBack(heldBack);
          writeMarkerIfQuiet(heldBack);
          return false;
        }
      }
    }
    learnBatch();
    if (step.batches() >= stepBatches) {
      closeStep();
    }
    context.gauges().heldBack(step.records());
    return true;
  }

  private void writeMarkerIfQuiet(long heldBack) {
    if (!context.writesMarkers()) {
      return;
    }
    quiet
        .next(heldBack, step.updates() > 0, context.trainer().usefulUpdates(), ahead.nextCut())
        .ifPresent(sink::writeMarker);
  }

  /** Waits for the step that is being committed, and gives up the one in hand. */
  @Override
  public void close() {
    sink.close();
    context.gauges().active(false);
  }

  private void addToBatch(int partition, BufferedRecord<E> next) {
    progress.advance(partition, next);
    step.addRecord(next.timestamp(), next.trace());
    batch.add(next);
  }

  private void obey(RoundRobinMerge.Next.Cut<BufferedRecord<E>> cut) {
    cut.markers().forEach(it -> progress.advance(it.partition(), it.value()));
    if (!batch.isEmpty()) {
      learnBatch();
    }
    rehearse(cut.marker().updates());
    quiet.cut(cut.marker());
    if (cut.marker().closesStep()) {
      closeStep();
    }
    context.gauges().heldBack(step.records());
  }

  private void rehearse(int updates) {
    if (updates > 0) {
      long started = System.nanoTime();
      context.trainer().rehearse(updates);
      step.addUpdates(updates);
      context.gauges().rehearsed(updates);
      quiet.rehearsed(updates, Duration.ofNanos(System.nanoTime() - started));
      context.failpoints().reached(Transactions.Failpoint.LEARNED);
    }
  }

  private void learnBatch() {
    List<E> examples = new ArrayList<>(batch.size());
    for (BufferedRecord<E> record : batch) {
      Optional<E> decoded = decoded(record);
      decoded.ifPresent(examples::add);
      if (record.forgotten() > 0) {
        step.addLeftOut(record.forgotten()); // No span: it would have the key of the subject.
      } else {
        record
            .trace()
            .ifPresent(it ->
                step.addTraced(
                    new StepSpans.Example(it, record.polledNanos(), decoded.isPresent())));
      }
      step.addDigest(record.digest().resultNow());
    }
    step.addBatch(batch.size() - examples.size());
    if (!examples.isEmpty()) {
      context.trainer().learn(Collections.unmodifiableList(examples));
    }
    batch.clear();
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

  /** Ends a commit that waits for a topic that is gone; called on another thread. */
  void abandonCommit() {
    sink.abandonCommit();
  }

  private void beginStep() {
    stepBatches = context.trainer().stepBatches(context.config().stepBatches());
    context.gauges().stepRecords((long) stepBatches * context.config().batchSize());
  }

  private void closeStep() {
    if (step.isEmpty()) {
      sink.commitPositions(step.end(), ahead.merge());
    } else {
      sink.commitVersion(step.end(), ahead.merge());
    }
    beginStep();
    quiet.stepClosed();
  }
}
