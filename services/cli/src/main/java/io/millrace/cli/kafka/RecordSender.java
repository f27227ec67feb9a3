package io.millrace.cli.kafka;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.settings.Settings;
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

  @Override
  public void close() {
    producer.close();
  }

  private void throwIfRejected() {
    Rejection first = rejection.get();
    if (first != null) {
      byte[] key = first.record().key();
      throw new CommandException(
          "Kafka rejected the record with key "
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
