package io.millrace.cli.kafka;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.kafka.SendFailure;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends records without waiting for each; fails with the first that Kafka rejected. */
public final class RecordSender implements AutoCloseable {

  private record Rejection(ProducerRecord<byte[], byte[]> record, Exception reason) {}

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Rejection> rejection = new AtomicReference<>();

  public RecordSender(Settings settings) {
    producer = ByteClients.producer(settings);
  }

  /**
   * Sends a record, without waiting.
   *
   * @throws CommandException if Kafka rejected an earlier one
   */
  public void send(ProducerRecord<byte[], byte[]> record) {
    throwIfRejected();
    producer.send(
        record,
        (metadata, exception) -> {
          if (exception != null) {
            rejection.compareAndSet(null, new Rejection(record, exception));
          }
        });
  }

  /**
   * Returns when all records are written.
   *
   * @throws CommandException if Kafka rejected one
   */
  public void flush() {
    producer.flush();
    throwIfRejected();
  }

  /** Waits for what is not written yet, unless Kafka has rejected a record. */
  @Override
  public void close() {
    if (rejection.get() == null) {
      producer.close();
    } else {
      producer.close(Duration.ZERO);
    }
  }

  private void throwIfRejected() {
    Rejection first = rejection.get();
    if (first != null) {
      throw new CommandException(
          "Kafka rejected the record with key "
              + key(first.record().key())
              + " for "
              + first.record().topic()
              + ": "
              + first.reason().getMessage()
              + SendFailure.remedy(first.record(), first.reason()),
          first.reason());
    }
  }

  private static String key(byte @Nullable [] key) {
    return key == null ? "null" : "'" + new String(key, StandardCharsets.UTF_8) + "'";
  }
}
