package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.kafka.ValueSerializer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
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

  private final int maxValueBytes;

  /** One for each stream thread; those of threads that were replaced are closed. */
  private final List<BoundedConsumer> consumers = new CopyOnWriteArrayList<>();

  /** The stream threads that wait for an answer to their offsets. */
  private final Set<Thread> sendingOffsets = ConcurrentHashMap.newKeySet();

  private volatile boolean offsetsAbandoned;

  /**
   * A supplier.
   *
   * @param maxValueBytes the longest value that is kept whole
   */
  BoundedClientSupplier(int maxValueBytes) {
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
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ValueSerializer()) {
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
    var consumer = new BoundedConsumer(config, maxValueBytes);
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
