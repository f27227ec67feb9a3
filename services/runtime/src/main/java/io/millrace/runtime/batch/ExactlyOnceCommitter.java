package io.millrace.runtime.batch;

import io.millrace.runtime.batch.BatchCommitter.ProcessedBatch;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Commits batches and answers in transactions, on a thread of its own:
 *
 * <ol>
 *   <li>{@link #enqueue} adds a batch to those that wait.
 *   <li>When the commit interval has passed since the last transaction began, or too many bytes
 *       wait, or the loop flushes, the thread takes all waiting batches.
 *   <li>It sends their answers and the next offset of each partition in one transaction, which
 *       therefore begins when its answers are ready.
 *   <li>Batches enqueued meanwhile wait for the next transaction, so that transactions grow with
 *       the load.
 * </ol>
 */
final class ExactlyOnceCommitter implements BatchCommitter {

  /** Answers that may wait for a transaction; with more, the next one begins at once. */
  private static final long MAX_WAITING_BYTES = 16 << 20;

  private static final Duration LONG = Duration.ofDays(1);

  private final Transactions transactions;
  private final LoopMetrics metrics;
  private final long intervalNanos;
  private final long patienceNanos;
  private final Thread thread;

  // Guarded by this.
  private List<ProcessedBatch> waiting = new ArrayList<>();
  private long waitingBytes;
  private long lastBegunNanos;
  private boolean committing;
  private boolean flushing;
  private boolean closed;
  private @Nullable RuntimeException failure;

  private ExactlyOnceCommitter(
      String service, Transactions transactions, BatchLoopConfig config, LoopMetrics metrics) {
    this.transactions = transactions;
    this.metrics = metrics;
    this.intervalNanos = config.commitInterval().toNanos();
    this.patienceNanos = config.transactionTimeout().toNanos();
    this.lastBegunNanos = System.nanoTime() - intervalNanos;
    this.thread = Thread.ofPlatform().daemon().name(service + "-commit").unstarted(this::run);
  }

  /**
   * Begins without a batch.
   *
   * @param transactions closed with this
   */
  static ExactlyOnceCommitter begin(
      String service, Transactions transactions, BatchLoopConfig config, LoopMetrics metrics) {
    var delivery = new ExactlyOnceCommitter(service, transactions, config, metrics);
    delivery.thread.start();
    return delivery;
  }

  @Override
  public synchronized void enqueue(ProcessedBatch batch) {
    waiting.add(batch);
    waitingBytes += batch.sizeBytes();
    notifyAll();
    while (failure == null && waitingBytes > MAX_WAITING_BYTES) {
      await(this, Long.MAX_VALUE);
    }
    throwIfFailed();
  }

  /** A commit that hangs blocks the loop, so that it stops polling and others take over. */
  @Override
  public synchronized Duration maybeCommit() {
    while (failure == null && committing && System.nanoTime() - lastBegunNanos > patienceNanos) {
      await(this, Long.MAX_VALUE);
    }
    throwIfFailed();
    return LONG;
  }

  @Override
  public synchronized void flush() {
    flushing = true;
    notifyAll();
    while (failure == null && (committing || !waiting.isEmpty())) {
      await(this, Long.MAX_VALUE);
    }
    flushing = false;
    throwIfFailed();
  }

  /** A commit that waits is interrupted: closing its producer alone does not end it. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    transactions.close();
    thread.interrupt();
  }

  private void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }

  private void run() {
    try {
      List<ProcessedBatch> batches = awaitDue();
      while (!batches.isEmpty()) {
        @Nullable RuntimeException problem = commit(batches);
        done(problem);
        batches = problem == null ? awaitDue() : List.of();
      }
    } catch (Throwable e) {
      // Callers that wait for the commit must be woken by every failure.
      done(new IllegalStateException("the thread that commits has ended: " + e, e));
    }
  }

  private synchronized void done(@Nullable RuntimeException problem) {
    committing = false;
    failure = problem;
    notifyAll();
  }

  /** Waits until a transaction is due and returns its batches; none after {@link #close}. */
  private synchronized List<ProcessedBatch> awaitDue() {
    while (!closed) {
      long left = lastBegunNanos + intervalNanos - System.nanoTime();
      boolean due = left <= 0 || flushing || waitingBytes > MAX_WAITING_BYTES;
      if (due && !waiting.isEmpty()) {
        List<ProcessedBatch> taken = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        committing = true;
        lastBegunNanos = System.nanoTime();
        notifyAll();
        return taken;
      }
      await(this, waiting.isEmpty() ? Long.MAX_VALUE : left);
    }
    return List.of();
  }

  /** Commits batches; returns what went wrong, or null. */
  private @Nullable RuntimeException commit(List<ProcessedBatch> batches) {
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ProcessedBatch batch : batches) {
      answers.addAll(batch.answers());
      offsets.putAll(batch.offsets());
    }
    try {
      transactions.commit(answers, offsets, batches.getLast().group());
      batches.forEach(batch -> batch.recordCommitted(metrics));
      return null;
    } catch (RuntimeException e) {
      return e;
    } catch (Error e) {
      return new IllegalStateException("a commit failed: " + e, e);
    }
  }

  private static void await(Object monitor, long nanos) {
    try {
      // Rounded up, so that it never wakes before the time.
      monitor.wait(nanos == Long.MAX_VALUE ? 0 : nanos / 1_000_000 + 1);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
