package io.millrace.runtime.deadletters.replay;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.SendFailure;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters again, each in one transaction with the marker that remembers it. There is one
 * transactional id for all replays: one that begins ends the transaction of another that still
 * runs, and then reads what that has committed, so that no letter is sent by both.
 */
final class ReplayTransactions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplayTransactions.class);
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final KafkaProducer<byte[], byte[]> producer;
  private final String deadLetters;
  private final Map<String, Integer> partitions = new HashMap<>();

  private ReplayTransactions(Settings settings) {
    this.deadLetters = settings.topics().deadLetters().name();
    this.producer = KafkaClients.transactional(settings, id(settings), TIMEOUT);
  }

  /** The transactional id: {@code PREFIXmillrace-dead-letters-replay}. */
  static String id(Settings settings) {
    return settings.common().group("dead-letters-replay");
  }

  /** Takes over from a replay that still runs. */
  static ReplayTransactions begin(Settings settings) {
    var transactions = new ReplayTransactions(settings);
    try {
      transactions.producer.initTransactions();
      return transactions;
    } catch (RuntimeException e) {
      transactions.close();
      throw e;
    }
  }

  /** A letter and its coordinates. */
  record Sending(Letter letter, Replays.Place place) {}

  /**
   * Sends letters again, all or none.
   *
   * @param before how many were sent before, for the error
   * @throws RefusedException if Kafka rejects one
   */
  void commit(List<Sending> letters, long before) {
    var rejected = new AtomicReference<ProducerRecord<byte[], byte[]>>();
    try {
      producer.beginTransaction();
      for (Sending it : letters) {
        ProducerRecord<byte[], byte[]> record = original(it);
        producer.send(
            record,
            (_, problem) -> {
              if (problem != null) {
                rejected.compareAndSet(null, record);
              }
            });
        producer.send(Replays.marker(deadLetters, it.place()));
      }
      producer.commitTransaction();
    } catch (ProducerFencedException | InvalidProducerEpochException e) {
      throw new RefusedException(
          "another `millrace dead-letters replay` has begun meanwhile and goes on from here; "
              + sent(before),
          e);
    } catch (KafkaException e) {
      ProducerRecord<byte[], byte[]> record = rejected.get();
      Exception reason = e.getCause() instanceof KafkaException cause ? cause : e;
      abort();
      if (record == null) {
        throw e;
      }
      throw new RefusedException(
          "Kafka rejected %s for %s: %s%s; %s"
              .formatted(
                  place(record),
                  record.topic(),
                  reason.getMessage(),
                  SendFailure.remedy(record, reason),
                  sent(before)),
          e);
    }
  }

  /** Otherwise readers of committed records would wait for the end of the transaction. */
  private void abort() {
    try {
      producer.abortTransaction();
    } catch (KafkaException e) {
      LOG.debug("the transaction ends by its time-out", e);
    }
  }

  private static String sent(long before) {
    return before + " records were sent again, which is remembered: a further run sends the rest";
  }

  private static String place(ProducerRecord<byte[], byte[]> record) {
    Header origin = record.headers().lastHeader(Replays.ORIGIN);
    return origin == null
        ? "a record"
        : "the record " + new String(origin.value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  /** The record as it was, in the partition where it was: producers choose in different ways. */
  private ProducerRecord<byte[], byte[]> original(Sending it) {
    Letter letter = it.letter();
    var headers = new RecordHeaders();
    for (Header header : letter.record().headers()) {
      if (!DeadLetters.isAdded(header, letter.record().headers())) {
        headers.add(header);
      }
    }
    Replays.note(headers, it.place(), letter.place());
    int count =
        partitions.computeIfAbsent(letter.topic(), topic -> producer.partitionsFor(topic).size());
    Integer partition =
        letter.partition() >= 0 && letter.partition() < count ? letter.partition() : null;
    return new ProducerRecord<>(
        letter.topic(), partition, letter.record().key(), letter.record().value(), headers);
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
