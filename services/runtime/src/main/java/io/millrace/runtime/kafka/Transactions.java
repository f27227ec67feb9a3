package io.millrace.runtime.kafka;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
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
 * Transactions under one id, through one producer. After any failure the producer is of no more
 * use: its transaction may or may not have committed. A new one under the same id settles that, by
 * its {@code initTransactions}, before anything is read. Not thread-safe.
 */
public final class Transactions implements AutoCloseable {

  /** The moments of a commit, for those who test what a death between them does. */
  public interface FailpointListener {
    void reached(Failpoint moment);
  }

  /** Where a process may die. */
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
  private final KafkaClientMetrics clientMetrics;
  private final FailpointListener failpoints;

  private Transactions(
      KafkaProducer<byte[], byte[]> producer,
      KafkaClientMetrics clientMetrics,
      FailpointListener probe) {
    this.producer = producer;
    this.clientMetrics = clientMetrics;
    this.failpoints = probe;
  }

  /**
   * Takes an id over: fences its previous holder and ends the transaction that it left open.
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
    var transactions = new Transactions(producer, metrics.bind(producer), probe);
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
   * Sends records and offsets in one transaction. Begins it only now, when all is ready, so that no
   * slow computation runs against its time-out.
   *
   * @throws KafkaException if it did not commit, or nobody knows whether it did
   */
  public void commit(
      Collection<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    producer.beginTransaction();
    failpoints.reached(Failpoint.BEGUN);
    // A send that fails is told by the commit.
    records.forEach(producer::send);
    failpoints.reached(Failpoint.SENT);
    producer.sendOffsetsToTransaction(offsets, group);
    failpoints.reached(Failpoint.OFFSETS_SENT);
    producer.commitTransaction();
    failpoints.reached(Failpoint.COMMITTED);
  }

  /** Lets go at once: what is open is ended by the next holder of the id, or by its time-out. */
  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ZERO);
  }
}
