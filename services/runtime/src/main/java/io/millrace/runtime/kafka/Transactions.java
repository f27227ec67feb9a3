package io.millrace.runtime.kafka;

import io.millrace.runtime.metrics.ClientMetrics;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Transactions under one transactional id. {@link #fenceAndOpen} fences whoever used the id before:
 * this is what stops a stalled trainer, or a stalled scoring instance, from committing late.
 *
 * <p>After any failure the transaction may or may not have committed, and this object cannot be
 * used any more. A new one with the same id settles it, since opening it aborts the open
 * transaction before its caller reads anything. Not thread-safe.
 */
public final class Transactions implements AutoCloseable {

  /** Is told the moments of a step, so that tests can stop a process there. */
  public interface FailpointListener {
    void reached(Failpoint moment);
  }

  /** A moment at which a test stops a process. */
  public enum Failpoint {
    OWNED,
    INITIALISED,
    RESTORED,
    LEARNED,
    BEGUN,
    SENT,
    OFFSETS_SENT,
    COMMITTED
  }

  private final KafkaProducer<byte[], byte[]> producer;
  private final ClientMetrics clientMetrics;
  private final FailpointListener failpoints;
  private final Duration timeout;

  private Transactions(
      KafkaProducer<byte[], byte[]> producer,
      Duration timeout,
      ClientMetrics clientMetrics,
      FailpointListener probe) {
    this.producer = producer;
    this.timeout = timeout;
    this.clientMetrics = clientMetrics;
    this.failpoints = probe;
  }

  /**
   * Takes a transactional id over with {@code initTransactions}: the brokers fence the producer
   * that had the id before, whose next call fails, and abort the transaction that it left open.
   *
   * @throws KafkaException if the brokers do not answer or refuse
   */
  public static Transactions fenceAndOpen(
      Settings settings,
      String id,
      Duration timeout,
      LoopMetrics metrics,
      FailpointListener probe) {
    KafkaProducer<byte[], byte[]> producer = KafkaClients.transactional(settings, id, timeout);
    var transactions = new Transactions(producer, timeout, metrics.bind(producer), probe);
    try {
      producer.initTransactions();
      probe.reached(Failpoint.INITIALISED);
      return transactions;
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /**
   * Sends records and offsets in one transaction. It begins only now, when all is ready, so that no
   * computation counts against its time-out.
   *
   * @throws KafkaException if it did not commit, or if that is unknown
   */
  public void commit(
      Collection<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    long begun = System.nanoTime();
    try {
      commitNow(records, offsets, group);
    } catch (KafkaException e) {
      var open = Duration.ofNanos(System.nanoTime() - begun);
      throw TransactionFailure.isFencing(e) && open.compareTo(timeout) >= 0
          ? new TransactionTimedOutException(open, timeout, e)
          : e;
    }
  }

  private void commitNow(
      Collection<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    producer.beginTransaction();
    failpoints.reached(Failpoint.BEGUN);
    // If a send fails, the commit throws.
    records.forEach(producer::send);
    failpoints.reached(Failpoint.SENT);
    producer.sendOffsetsToTransaction(offsets, group);
    failpoints.reached(Failpoint.OFFSETS_SENT);
    producer.commitTransaction();
    failpoints.reached(Failpoint.COMMITTED);
  }

  /**
   * Ends at once. An open transaction is aborted by the next holder of the id or by its time-out.
   */
  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ZERO);
  }
}
