package io.millrace.runtime.testing;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.topics.Topic;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Another cluster, to which topics are copied as MirrorMaker does it: the same records in the same
 * partitions and order, under other offsets. Transactions of random size, some of them aborted, are
 * what makes them other.
 */
public final class SecondCluster implements AutoCloseable {

  private final TestKafka original;
  private final EmbeddedBroker broker;
  private final TestKafka copy;
  private final Map<String, Long> copied = new HashMap<>();
  private final Random random = new Random(4711);

  /** Starts it. */
  public SecondCluster(TestKafka original, Path folder) {
    this.original = original;
    this.broker = EmbeddedBroker.start(folder, 0);
    this.copy = new TestKafka(broker.bootstrapServers(), original.topics().prefix());
  }

  /** The cluster, with all topics under the prefix of the original. */
  public TestKafka kafka() {
    return copy;
  }

  /** Copies what was committed since the last time. */
  public void copy(Topic<?, ?> topic) {
    copy(topic, record -> true);
  }

  /** Copies some of the records. */
  public void copy(Topic<?, ?> topic, Predicate<ConsumerRecord<byte[], byte[]>> which) {
    List<ConsumerRecord<byte[], byte[]>> records =
        original.committed(topic.name()).stream()
            .filter(it -> it.offset() > copied.getOrDefault(it.topic() + it.partition(), -1L))
            .toList();
    records.forEach(it -> copied.put(it.topic() + it.partition(), it.offset()));
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            broker.bootstrapServers(),
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            "copy-" + topic.name(),
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            10_485_760);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      int from = 0;
      List<ConsumerRecord<byte[], byte[]>> chosen = records.stream().filter(which).toList();
      while (from < chosen.size()) {
        List<ConsumerRecord<byte[], byte[]>> some =
            chosen.subList(from, Math.min(chosen.size(), from + 1 + random.nextInt(30)));
        producer.beginTransaction();
        some.forEach(record -> producer.send(copyOf(record)));
        if (random.nextInt(3) == 0) {
          producer.abortTransaction();
        } else {
          producer.commitTransaction();
          from += some.size();
        }
      }
    }
  }

  private static ProducerRecord<byte[], byte[]> copyOf(ConsumerRecord<byte[], byte[]> record) {
    Long time =
        record.timestampType() == TimestampType.NO_TIMESTAMP_TYPE ? null : record.timestamp();
    return new ProducerRecord<>(
        record.topic(), record.partition(), time, record.key(), record.value(), record.headers());
  }

  @Override
  public void close() {
    copy.close();
    broker.close();
  }
}
