package io.millrace.runtime.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.avro.Prediction;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A plain Kafka client, as any program has it. It reads committed records. */
public final class KafkaTestClient implements AutoCloseable {

  public static final Topics TOPICS = new Topics("");

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Admin admin;

  public KafkaTestClient(String bootstrap) {
    this.bootstrap = bootstrap;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "max.request.size", 10_485_760,
                // What is sent while a broker is down must outlast its restart.
                "delivery.timeout.ms", 600_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  public Admin admin() {
    return admin;
  }

  /** Sends, without waiting. */
  public Future<RecordMetadata> send(
      Topic<?, ?> topic, @Nullable String key, byte @Nullable [] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
    return producer.send(new ProducerRecord<>(topic.name(), keyBytes, value));
  }

  /** Sends a record, without waiting. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record);
  }

  /** Sends a text, without waiting. */
  public Future<RecordMetadata> send(Topic<?, ?> topic, @Nullable String key, String value) {
    return send(topic, key, value.getBytes(UTF_8));
  }

  /** Sends a record that is too large unless compressed; returns when it is written. */
  public void sendCompressed(Topic<?, ?> topic, String key, byte[] value) throws Exception {
    Map<String, Object> packing =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "compression.type",
            "gzip",
            "max.request.size",
            100_000_000,
            "buffer.memory",
            100_000_000L);
    try (var packer =
        new KafkaProducer<>(packing, new ByteArraySerializer(), new ByteArraySerializer())) {
      packer.send(new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value)).get();
    }
  }

  /** Waits until all records sent are written. */
  public void flush() {
    producer.flush();
  }

  /** All committed records of a topic at present, by partition and offset. */
  public List<ConsumerRecord<byte[], byte[]>> read(Topic<?, ?> topic) {
    try (var consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(it -> new TopicPartition(it.topic(), it.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (ends.entrySet().stream()
          .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
      return all;
    }
  }

  /** The decoded values of a topic, without the invalid records of other tests. */
  public <V> List<V> values(Topic<?, V> topic) {
    return read(topic).stream()
        .filter(record -> record.value() != null)
        .flatMap(record -> value(topic, record.value()))
        .toList();
  }

  private static <V> Stream<V> value(Topic<?, V> topic, byte[] bytes) {
    try {
      return Stream.of(topic.values().deserializer().deserialize(topic.name(), bytes));
    } catch (SerializationException e) {
      return Stream.of();
    }
  }

  /** Waits until the values of a topic satisfy a condition; returns them. */
  public <V> List<V> awaitValues(Topic<?, V> topic, String what, Predicate<List<V>> condition) {
    List<V> last = new ArrayList<>();
    Await.until(
        what + " on " + topic.name(),
        () -> {
          last.clear();
          last.addAll(values(topic));
          return condition.test(last);
        });
    return last;
  }

  /** Waits until there is a prediction for each of the subjects; returns all predictions. */
  public List<Prediction> awaitPredictions(List<String> subjects) {
    return awaitValues(
        TOPICS.predictions(),
        subjects.size() + " answers",
        all -> all.stream().map(Prediction::getSubject).toList().containsAll(subjects));
  }

  /** The number of records of a topic that a consumer group has not committed yet. */
  public long lag(String group, Topic<?, ?> topic) {
    try {
      var committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
      long lag = 0;
      for (TopicPartition partition : partitions(topic)) {
        var end =
            admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition);
        var at = committed.get(partition);
        lag += end.get().offset() - (at == null ? 0 : at.offset());
      }
      return lag;
    } catch (ExecutionException e) {
      throw new AssertionError("cannot tell the lag of " + group, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The number of members of a consumer group. */
  public int members(String group) {
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members()
          .size();
    } catch (ExecutionException e) {
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
    admin.close(Duration.ZERO);
  }

  private List<TopicPartition> partitions(Topic<?, ?> topic)
      throws ExecutionException, InterruptedException {
    return admin
        .describeTopics(List.of(topic.name()))
        .topicNameValues()
        .get(topic.name())
        .get()
        .partitions()
        .stream()
        .map(it -> new TopicPartition(topic.name(), it.partition()))
        .toList();
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "isolation.level",
            "read_committed",
            "fetch.max.wait.ms",
            50,
            "max.poll.records",
            5000),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
