package io.millrace.runtime;

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
 * Commits batches and answers in transactions, on a thread of its own: one takes all that has been
 * answered since the one before began. So transactions grow with the load, and a commit costs the
 * answering nothing but its processor time. A transaction begins when its answers are there.
 */
final class ExactlyOnce implements Delivery {

  /** What may wait for its transaction; beyond, the next one begins at once. */
  private static final long MAX_WAITING_BYTES = 16 << 20;

  private static final Duration LONG = Duration.ofDays(1);

  private final Transactions transactions;
  private final LoopMetrics metrics;
  private final long intervalNanos;
  private final long patienceNanos;
  private final Thread thread;

  // Guarded by this.
  private List<Answered> waiting = new ArrayList<>();
  private long waitingBytes;
  private long begun;
  private boolean committing;
  private boolean hurried;
  private boolean closed;
  private @Nullable RuntimeException failure;

  private ExactlyOnce(
      String service, Transactions transactions, BatchLoopConfig config, LoopMetrics metrics) {
    this.transactions = transactions;
    this.metrics = metrics;
    this.intervalNanos = config.commitInterval().toNanos();
    this.patienceNanos = config.transactionTimeout().toNanos();
    this.begun = System.nanoTime() - intervalNanos;
    this.thread = Thread.ofPlatform().daemon().name(service + "-commit").unstarted(this::run);
  }

  /**
   * Begins without a batch.
   *
   * @param transactions closed with this
   */
  static ExactlyOnce begin(
      String service, Transactions transactions, BatchLoopConfig config, LoopMetrics metrics) {
    var delivery = new ExactlyOnce(service, transactions, config, metrics);
    delivery.thread.start();
    return delivery;
  }

  @Override
  public synchronized void take(Answered batch) {
    waiting.add(batch);
    waitingBytes += batch.sizeBytes();
    notifyAll();
    while (failure == null && waitingBytes > MAX_WAITING_BYTES) {
      await(this, Long.MAX_VALUE);
    }
    requireSound();
  }

  /** A commit that hangs holds up the loop, so that it falls silent and others take over. */
  @Override
  public synchronized Duration look() {
    while (failure == null && committing && System.nanoTime() - begun > patienceNanos) {
      await(this, Long.MAX_VALUE);
    }
    requireSound();
    return LONG;
  }

  @Override
  public synchronized void settle() {
    hurried = true;
    notifyAll();
    while (failure == null && (committing || !waiting.isEmpty())) {
      await(this, Long.MAX_VALUE);
    }
    hurried = false;
    requireSound();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    transactions.close();
  }

  private void requireSound() {
    if (failure != null) {
      throw failure;
    }
  }

  private void run() {
    List<Answered> batches = next();
    while (!batches.isEmpty()) {
      @Nullable RuntimeException problem = commit(batches);
      done(problem);
      batches = problem == null ? next() : List.of();
    }
  }

  private synchronized void done(@Nullable RuntimeException problem) {
    committing = false;
    failure = problem;
    notifyAll();
  }

  /** Waits until a transaction is due; none when there will be no more. */
  private synchronized List<Answered> next() {
    while (!closed) {
      long left = begun + intervalNanos - System.nanoTime();
      boolean due = left <= 0 || hurried || waitingBytes > MAX_WAITING_BYTES;
      if (due && !waiting.isEmpty()) {
        List<Answered> taken = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        committing = true;
        begun = System.nanoTime();
        notifyAll();
        return taken;
      }
      await(this, waiting.isEmpty() ? Long.MAX_VALUE : left);
    }
    return List.of();
  }

  /** Commits batches, or tells what went wrong. */
  private @Nullable RuntimeException commit(List<Answered> batches) {
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (Answered batch : batches) {
      answers.addAll(batch.answers());
      offsets.putAll(batch.offsets());
    }
    try {
      transactions.commit(answers, offsets, batches.getLast().group());
      batches.forEach(batch -> batch.count(metrics));
      return null;
    } catch (RuntimeException e) {
      return e;
    } catch (Error e) {
      // Whoever waits for the commit must learn of every end.
      return new IllegalStateException("a commit failed: " + e, e);
    }
  }

  private static void await(Object monitor, long nanos) {
    try {
      // Rounded up: never twice for one moment.
      monitor.wait(nanos == Long.MAX_VALUE ? 0 : nanos / 1_000_000 + 1);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
