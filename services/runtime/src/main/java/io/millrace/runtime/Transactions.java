package io.millrace.runtime;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
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
final class Transactions implements AutoCloseable {

  /** The moments of a commit, for those who test what a death between them does. */
  interface Probe {
    void reached(Moment moment);
  }

  /** Where a process may die. */
  enum Moment {
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
  private final Probe probe;

  private Transactions(
      KafkaProducer<byte[], byte[]> producer, KafkaClientMetrics clientMetrics, Probe probe) {
    this.producer = producer;
    this.clientMetrics = clientMetrics;
    this.probe = probe;
  }

  /**
   * Takes an id over: fences its previous holder and ends the transaction that it left open.
   *
   * @throws KafkaException if the brokers do not answer or refuse
   */
  static Transactions open(
      Settings settings, String id, Duration timeout, LoopMetrics metrics, Probe probe) {
    KafkaProducer<byte[], byte[]> producer = Clients.transactional(settings, id, timeout);
    var transactions = new Transactions(producer, metrics.bind(producer), probe);
    try {
      producer.initTransactions();
      probe.reached(Moment.INITIALISED);
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
  void commit(
      Collection<ProducerRecord<byte[], byte[]>> records,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    producer.beginTransaction();
    probe.reached(Moment.BEGUN);
    // A send that fails is told by the commit.
    records.forEach(producer::send);
    probe.reached(Moment.SENT);
    producer.sendOffsetsToTransaction(offsets, group);
    probe.reached(Moment.OFFSETS_SENT);
    producer.commitTransaction();
    probe.reached(Moment.COMMITTED);
  }

  /** Lets go at once: what is open is ended by the next holder of the id, or by its time-out. */
  @Override
  public void close() {
    clientMetrics.close();
    producer.close(Duration.ZERO);
  }
}
