package io.millrace.cli;

import io.millrace.runtime.Settings;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends many records without waiting for each, and fails with the first that was refused. */
public final class Sender implements AutoCloseable {

  private record Refusal(ProducerRecord<byte[], byte[]> record, Exception reason) {}

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();

  public Sender(Settings settings) {
    producer = Clients.producer(settings);
  }

  /**
   * Hands a record over to be sent.
   *
   * @throws Failure if this or an earlier one was refused
   */
  public void send(ProducerRecord<byte[], byte[]> record) {
    failed();
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            refusal.compareAndSet(null, new Refusal(record, exception));
          }
        });
  }

  /**
   * Returns when all are written.
   *
   * @throws Failure if one was refused
   */
  public void flush() {
    producer.flush();
    failed();
  }

  @Override
  public void close() {
    producer.close();
  }

  private void failed() {
    Refusal first = refusal.get();
    if (first != null) {
      byte[] key = first.record().key();
      throw new Failure(
          "Kafka refused the record with key "
              + (key == null
                  ? "null"
                  : "'" + new String(key, java.nio.charset.StandardCharsets.UTF_8) + "'")
              + " for "
              + first.record().topic()
              + ": "
              + first.reason().getMessage(),
          first.reason());
    }
  }
}
