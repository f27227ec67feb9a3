package io.millrace.runtime.batch;

import io.millrace.runtime.batch.BatchCommitter.ProcessedBatch;
import io.millrace.runtime.kafka.Transactions;
import io.millrace.runtime.metrics.ClientMetrics;
import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Sends answers at once, and commits the offsets of a batch when the brokers have acknowledged all
 * its answers and those of the batches before. Readers see answers without waiting for a commit.
 * After a crash the records since the last commit are answered again.
 */
final class AtLeastOnceCommitter implements BatchCommitter {

  /** The shortest wait before acknowledgements are looked at again. */
  private static final long LEAST_WAIT_NANOS = 5_000_000;

  /** A batch that was sent, and how many of its answers are not acknowledged. */
  private record SentBatch(Map<TopicPartition, OffsetAndMetadata> offsets, AtomicInteger open) {}

  private final Producer<byte[], byte[]> producer;
  private final ClientMetrics clientMetrics;
  private final Consumer<byte[], byte[]> consumer;
  private final Transactions.FailpointListener failpoints;
  private final LoopMetrics metrics;
  private final long intervalNanos;
  private final Deque<SentBatch> sent = new ArrayDeque<>();
  private final Map<TopicPartition, OffsetAndMetadata> acknowledged = new HashMap<>();

  /** The offset last requested for each partition: refusals of earlier ones are ignored. */
  private final Map<TopicPartition, OffsetAndMetadata> requested = new HashMap<>();

  private long committedAt = System.nanoTime();
  private volatile @Nullable RuntimeException failure;

  /**
   * Begins without a batch.
   *
   * @param producer closed with this
   * @param consumer whose offsets are committed
   */
  AtLeastOnceCommitter(
      Producer<byte[], byte[]> producer,
      Consumer<byte[], byte[]> consumer,
      Duration commitInterval,
      LoopMetrics metrics,
      Transactions.FailpointListener probe) {
    this.producer = producer;
    this.clientMetrics = metrics.bind(producer);
    this.consumer = consumer;
    this.metrics = metrics;
    this.failpoints = probe;
    this.intervalNanos = commitInterval.toNanos();
  }

  @Override
  public void enqueue(ProcessedBatch batch) {
    throwIfFailed();
    failpoints.reached(Transactions.Failpoint.BEGUN);
    // One more than there are: a batch is not complete before its last answer is sent.
    var open = new AtomicInteger(batch.answers().size() + 1);
    sent.add(new SentBatch(batch.offsets(), open));
    for (ProducerRecord<byte[], byte[]> answer : batch.answers()) {
      producer.send(answer, (_, problem) -> acknowledged(batch, open, problem));
    }
    acknowledged(batch, open, null);
    failpoints.reached(Transactions.Failpoint.SENT);
  }

  private void acknowledged(ProcessedBatch batch, AtomicInteger open, @Nullable Exception problem) {
    if (problem != null) {
      failure =
          problem instanceof KafkaException known
              ? known
              : new KafkaException("an answer could not be sent", problem);
    } else if (open.decrementAndGet() == 0) {
      batch.recordCommitted(metrics);
    }
  }

  @Override
  public Duration maybeCommit() {
    throwIfFailed();
    collectAcknowledged();
    long left = committedAt + intervalNanos - System.nanoTime();
    if (left <= 0 && !acknowledged.isEmpty()) {
      commit();
      failpoints.reached(Transactions.Failpoint.COMMITTED);
    }
    boolean idle = sent.isEmpty() && acknowledged.isEmpty();
    return idle ? Duration.ofDays(1) : Duration.ofNanos(Math.max(LEAST_WAIT_NANOS, left));
  }

  private void commit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = Map.copyOf(acknowledged);
    committedAt = System.nanoTime();
    requested.putAll(offsets);
    acknowledged.clear();
    consumer.commitAsync(offsets, (_, problem) -> committed(offsets, problem));
  }

  private void committed(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception problem) {
    switch (problem) {
      case RetriableCommitFailedException _,
          CommitFailedException _,
          RebalanceInProgressException _ ->
          retryCommit(offsets);
      case RuntimeException e -> failure = e;
      case null, default -> {}
    }
  }

  /**
   * A busy broker or a rebalance refused these offsets: requests those again whose partition this
   * instance still owns.
   */
  private void retryCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Set<TopicPartition> owned = consumer.assignment();
    offsets.forEach((partition, offset) -> {
      if (owned.contains(partition) && offset.equals(requested.get(partition))) {
        acknowledged.putIfAbsent(partition, offset);
      }
    });
  }

  private void collectAcknowledged() {
    while (!sent.isEmpty() && sent.getFirst().open().get() == 0) {
      acknowledged.putAll(sent.removeFirst().offsets());
    }
  }

  @Override
  public void flush() {
    producer.flush();
    throwIfFailed();
    collectAcknowledged();
    if (!acknowledged.isEmpty()) {
      commitNow();
      acknowledged.clear();
    }
  }

  private void commitNow() {
    try {
      consumer.commitSync(acknowledged);
    } catch (WakeupException e) {
      // The wake-up was meant for a poll, and comes only once.
      consumer.commitSync(acknowledged);
    }
  }

  private void throwIfFailed() {
    RuntimeException problem = failure;
    if (problem != null) {
      throw problem;
    }
  }

  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ZERO);
  }
}
