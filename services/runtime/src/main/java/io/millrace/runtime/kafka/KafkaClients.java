package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the Kafka clients of loops and readers. Settings {@code kafka.*} tune them, except those
 * that exactly-once processing depends on.
 */
public final class KafkaClients {

  /** Kafka's default for the records that a producer has not sent yet. */
  private static final int BUFFER_BYTES = 33_554_432;

  /**
   * What a broker sends at most at once, compressed, unless one record batch is larger: a third of
   * Kafka's default, since each broker's answer is in memory whole.
   */
  public static final int FETCH_BYTES = 16 << 20;

  /**
   * A transaction sends all its records to a partition at once, some megabytes in a trainer's step.
   * Kafka's default of 16 KiB record batches costs client and broker more than twice the processor
   * time.
   */
  private static final int BATCH_BYTES = 262_144;

  private KafkaClients() {}

  /** A member of a consumer group that reads committed records and never resets a position. */
  public static KafkaConsumer<byte[], byte[]> member(
      Settings settings,
      String group,
      Class<?> assignor,
      Duration sessionTimeout,
      Duration maxPollInterval,
      int maxPollRecords) {
    Map<String, Object> client = consumerDefaults(settings);
    client.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    String instance = settings.common().instance();
    if (!instance.isEmpty()) {
      client.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    }
    // Only the classic protocol has assignors in the client; with KIP-848 the broker assigns.
    client.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
    client.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, assignor.getName());
    client.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(sessionTimeout));
    client.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.max(1, millis(sessionTimeout) / 5));
    client.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, millis(maxPollInterval));
    client.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
    return new BoundedConsumer(client, settings.common().deadLettersMaxBytes());
  }

  /**
   * A reader of committed records without a group. Its caller assigns partitions and positions; it
   * never resets a position and commits none.
   */
  public static KafkaConsumer<byte[], byte[]> reader(Settings settings) {
    Map<String, Object> client = consumerDefaults(settings);
    // Only the classic consumer can be bounded.
    client.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
    return new BoundedConsumer(client, settings.common().deadLettersMaxBytes());
  }

  /** A producer of transactions. */
  public static KafkaProducer<byte[], byte[]> transactional(
      Settings settings, String transactionalId, Duration transactionTimeout) {
    Map<String, Object> client = new HashMap<>();
    client.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    // A broker refuses a transaction for some milliseconds while it completes the one before; by
    // default the producer then waits 100 ms. Each further try waits twice as long.
    client.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
    client.putAll(settings.kafkaClient());
    client.putAll(sending(settings.common()));
    client.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    client.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(transactionTimeout));
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ValueSerializer());
  }

  /** A producer whose records arrive in order and once each, also after retries. */
  public static KafkaProducer<byte[], byte[]> idempotent(Settings settings) {
    Map<String, Object> client = new HashMap<>();
    // Records are sent in batches already; lingering would only add latency.
    client.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    client.putAll(settings.kafkaClient());
    client.putAll(sending(settings.common()));
    client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    client.put(ProducerConfig.ACKS_CONFIG, "all");
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ValueSerializer());
  }

  /**
   * Producer settings with which the longest dead letter can be sent, and so any other record. The
   * buffer has room for one whole beside the records that are not sent yet.
   */
  public static Map<String, Object> sending(CommonConfig common) {
    int requestBytes = DeadLetters.requestBytes(common.deadLettersMaxBytes());
    return Map.of(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        requestBytes,
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        (long) requestBytes + BUFFER_BYTES);
  }

  /** An admin client. */
  public static Admin admin(Settings settings) {
    return Admin.create(settings.kafkaClient());
  }

  private static Map<String, Object> consumerDefaults(Settings settings) {
    Map<String, Object> client = new HashMap<>();
    client.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    client.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    client.putAll(settings.kafkaClient());
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return client;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
