package io.millrace.cli.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Polls a consumer, and asks whether the broker is still there when nothing has come for a while. A
 * poll returns no records where there are none and where there is no broker.
 */
public final class BrokerPresence {

  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private long heardNanos = System.nanoTime();

  public BrokerPresence(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /**
   * Polls.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if the broker does not answer within
   *     the consumer's {@code default.api.timeout.ms}
   */
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
    long now = System.nanoTime();
    if (!records.isEmpty()) {
      heardNanos = now;
    } else if (now - heardNanos > SILENCE.toNanos()) {
      consumer.endOffsets(consumer.assignment());
      heardNanos = System.nanoTime();
    }
    return records;
  }
}
