package io.millrace.console.produce;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.kafka.SendFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records, and says when the brokers have them. The producer is made with the first record,
 * and made again after an error that it does not survive. Safe for several threads.
 */
final class AcknowledgedProducer implements AutoCloseable {

  private final Supplier<Producer<byte[], byte[]>> producers;
  private @Nullable Producer<byte[], byte[]> producer;
  private boolean closed;

  /**
   * A producer that sends nothing yet.
   *
   * @param producers makes an idempotent producer whose time-outs are short
   */
  AcknowledgedProducer(Supplier<Producer<byte[], byte[]>> producers) {
    this.producers = producers;
  }

  /**
   * Sends a record.
   *
   * @return where it lies, once the brokers have it; a failure is a {@link HttpStatusException}
   */
  CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    var answer = new CompletableFuture<RecordMetadata>();
    try {
      Producer<byte[], byte[]> by = open();
      try {
        by.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                answer.complete(metadata);
              } else {
                answer.completeExceptionally(refusal(by, record, problem));
              }
            });
      } catch (KafkaException e) {
        answer.completeExceptionally(refusal(by, record, e));
      }
    } catch (KafkaException e) { // No producer can be made.
      answer.completeExceptionally(refusal(record, e));
    } catch (IllegalStateException e) { // Closed meanwhile, or its schema cannot be announced.
      answer.completeExceptionally(
          HttpStatusException.unavailable("the record was not sent: " + e.getMessage()));
    }
    return answer;
  }

  /**
   * Sends records in their order, up to the first that fails at once: without Kafka each would wait
   * in vain.
   *
   * @return as for {@link #send}, of those up to the one that failed
   */
  List<CompletableFuture<RecordMetadata>> sendInOrder(
      List<ProducerRecord<byte[], byte[]>> records) {
    List<CompletableFuture<RecordMetadata>> all = new ArrayList<>();
    for (ProducerRecord<byte[], byte[]> record : records) {
      all.add(send(record));
      if (all.getLast().isCompletedExceptionally()) {
        break;
      }
    }
    return all;
  }

  private synchronized Producer<byte[], byte[]> open() {
    if (closed) {
      throw new IllegalStateException("the console stops");
    }
    Producer<byte[], byte[]> open = producer;
    if (open == null) {
      open = producers.get();
      producer = open;
    }
    return open;
  }

  private HttpStatusException refusal(
      Producer<byte[], byte[]> by, ProducerRecord<byte[], byte[]> record, Exception problem) {
    if (!isOfTheRecord(problem)) {
      forget(by);
    }
    return refusal(record, problem);
  }

  /** Whether a producer survives an error, which is that of one record or one moment. */
  private static boolean isOfTheRecord(Exception problem) {
    return problem instanceof RetriableException
        || problem instanceof RecordTooLargeException
        || problem instanceof TopicAuthorizationException;
  }

  private static HttpStatusException refusal(
      ProducerRecord<byte[], byte[]> record, Exception problem) {
    String remedy = SendFailure.remedy(record, problem);
    if (problem instanceof RecordTooLargeException) {
      return HttpStatusException.tooLarge(problem.getMessage() + remedy);
    }
    return HttpStatusException.unavailable(
        "Kafka has not taken the record: %s%s; it is not certain that it is not there: send it again"
            .formatted(problem.getMessage(), remedy));
  }

  /**
   * An idempotent producer may not go on after an error: the next record gets another one. What
   * else the failed one had under way fails too, which says nothing of the other one.
   */
  private synchronized void forget(Producer<byte[], byte[]> failed) {
    if (producer == failed) {
      producer = null;
      Thread.ofVirtual().start(() -> failed.close(Duration.ofSeconds(1)));
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (producer != null) {
      producer.close(Duration.ofSeconds(2));
      producer = null;
    }
  }
}
