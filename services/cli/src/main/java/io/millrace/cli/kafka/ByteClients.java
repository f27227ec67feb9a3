package io.millrace.cli.kafka;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the Kafka clients of commands; keys and values are bytes. */
public final class ByteClients {

  /** Enough for an input of 8 MiB with its headers, as the services accept it. */
  private static final int MAX_REQUEST_BYTES = 10_485_760;

  private ByteClients() {}

  /** A consumer of committed records without a group, assigned to all partitions of some topics. */
  public static KafkaConsumer<byte[], byte[]> consumer(Settings settings, List<String> topics) {
    Map<String, Object> client = new HashMap<>(settings.kafkaClient());
    client.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    client.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    client.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    client.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    var consumer = new BoundedConsumer(client, settings.common().deadLettersMaxBytes());
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    return consumer;
  }

  /** An idempotent producer: it sends each record once and in order. */
  static KafkaProducer<byte[], byte[]> producer(Settings settings) {
    Map<String, Object> client = new HashMap<>();
    client.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    client.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
    client.putAll(settings.kafkaClient());
    client.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ValueSerializer());
  }
}
