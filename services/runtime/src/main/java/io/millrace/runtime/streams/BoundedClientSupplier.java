package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.records.Polls;
import io.millrace.runtime.records.Traces;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Supplies Kafka Streams with its default clients, but with a {@link BoundedConsumer} for all that
 * it reads, and with an admin client that lets the broker stamp the records of repartition topics.
 * Knows how often the main consumer of each stream thread was polled.
 */
final class BoundedClientSupplier implements KafkaClientSupplier {

  private final String service;
  private final int maxValueBytes;

  /** One for each stream thread; those of threads that were replaced are closed. */
  private final List<BoundedConsumer> consumers = new CopyOnWriteArrayList<>();

  /** The stream threads that wait for an answer to their offsets. */
  private final Set<Thread> sendingOffsets = ConcurrentHashMap.newKeySet();

  private volatile boolean offsetsAbandoned;

  /**
   * A supplier.
   *
   * @param service whose polls and records are traced
   * @param maxValueBytes the longest value that is kept whole
   */
  BoundedClientSupplier(String service, int maxValueBytes) {
    this.service = service;
    this.maxValueBytes = maxValueBytes;
  }

  /** How often each stream thread has polled. */
  long[] polls() {
    return consumers.stream()
        .filter(consumer -> !consumer.isClosed())
        .mapToLong(BoundedConsumer::polls)
        .toArray();
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return BrokerTimedAdmin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    String client = String.valueOf(config.getOrDefault(ProducerConfig.CLIENT_ID_CONFIG, ""));
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ValueSerializer()) {
      @Override
      public Future<RecordMetadata> send(
          ProducerRecord<byte[], byte[]> record, Callback acknowledged) {
        return super.send(
            record,
            Traces.isToBeSent(record)
                ? (at, failure) -> {
                  if (failure == null) {
                    Traces.sent(record, client, at);
                  }
                  acknowledged.onCompletion(at, failure);
                }
                : acknowledged);
      }

      @Override
      public void sendOffsetsToTransaction(
          Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        sendingOffsets.add(Thread.currentThread());
        try {
          if (offsetsAbandoned) {
            throw new KafkaException("offsets of a topic that is gone are not sent");
          }
          super.sendOffsetsToTransaction(offsets, group);
        } finally {
          sendingOffsets.remove(Thread.currentThread());
        }
      }
    };
  }

  /**
   * Ends the threads that send offsets, now or later, from another thread: they are of a topic that
   * is gone, and a producer repeats what the brokers refuse until {@code max.block.ms}, a minute.
   */
  void abandonOffsets() {
    offsetsAbandoned = true;
    sendingOffsets.forEach(Thread::interrupt);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    String group = String.valueOf(config.get(ConsumerConfig.GROUP_ID_CONFIG));
    String client = String.valueOf(config.getOrDefault(ConsumerConfig.CLIENT_ID_CONFIG, ""));
    var consumer =
        new BoundedConsumer(config, maxValueBytes) {
          @Override
          public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
            Polls.polled(service, group, client, records);
            return records;
          }
        };
    consumers.removeIf(BoundedConsumer::isClosed);
    consumers.add(consumer);
    return consumer;
  }

  /**
   * Changelogs hold what inputs held, compressed where the cluster or a setting says so. Nothing in
   * them is so long that it is cut: what is stored was accepted before.
   */
  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return new BoundedConsumer(config, maxValueBytes);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return new BoundedConsumer(config, maxValueBytes);
  }
}
