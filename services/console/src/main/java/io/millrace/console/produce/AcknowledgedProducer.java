package io.millrace.console.produce;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.kafka.SendFailure;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
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
      open()
          .send(
              record,
              (metadata, problem) -> {
                if (problem == null) {
                  answer.complete(metadata);
                } else {
                  answer.completeExceptionally(refusal(record, problem));
                }
              });
    } catch (KafkaException e) {
      answer.completeExceptionally(refusal(record, e));
    } catch (IllegalStateException e) { // Closed meanwhile, or its schema cannot be announced.
      answer.completeExceptionally(
          HttpStatusException.unavailable("the record was not sent: " + e.getMessage()));
    }
    return answer;
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

  private HttpStatusException refusal(ProducerRecord<byte[], byte[]> record, Exception problem) {
    String remedy = SendFailure.remedy(record, problem);
    if (problem instanceof RecordTooLargeException) {
      return HttpStatusException.tooLarge(problem.getMessage() + remedy);
    }
    if (!(problem instanceof RetriableException)) {
      forget();
    }
    return HttpStatusException.unavailable(
        "Kafka has not taken the record: %s%s; it is not certain that it is not there: send it again"
            .formatted(problem.getMessage(), remedy));
  }

  /** An idempotent producer may not go on after an error: the next record gets another one. */
  private void forget() {
    Producer<byte[], byte[]> old;
    synchronized (this) {
      old = producer;
      producer = null;
    }
    if (old != null) {
      Thread.ofVirtual().start(() -> old.close(Duration.ofSeconds(1)));
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
