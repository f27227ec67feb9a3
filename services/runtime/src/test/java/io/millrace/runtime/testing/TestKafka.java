package io.millrace.runtime.testing;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.kafka.ValueSerializer;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A real broker for tests: one for the whole JVM, and for every instance of this class a prefix of
 * its own with all topics made, so that tests do not meet.
 */
public final class TestKafka implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Started with the first test that needs it; ends with the JVM. */
  private static final class Shared {
    private static final long ROOMY_BYTES = 4L << 30;
    static final EmbeddedBroker BROKER = start();

    private static EmbeddedBroker start() {
      try {
        Path folder = Files.createTempDirectory(roomyFolder(), "millrace-broker");
        EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(broker, folder)));
        return broker;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * In memory where there is enough of it: every test makes 36 logs, and a disk takes longer to
     * write and delete these thousands of files than many a test takes.
     */
    private static Path roomyFolder() throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > ROOMY_BYTES
          ? memory
          : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void stop(EmbeddedBroker broker, Path folder) {
      broker.close();
      try (var files = Files.walk(folder)) {
        files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final String bootstrap;
  private final String prefix;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  /** Makes all topics of the catalogue under a fresh prefix. */
  public TestKafka() {
    this(
        Shared.BROKER.bootstrapServers(), "t" + UUID.randomUUID().toString().substring(0, 8) + "-");
  }

  /** Makes all topics of the catalogue on another broker. */
  public TestKafka(String bootstrap, String prefix) {
    this.bootstrap = bootstrap;
    this.prefix = prefix;
    this.admin = Admin.create(client());
    this.producer =
        new KafkaProducer<>(producerSettings(), new ByteArraySerializer(), new ValueSerializer());
    new Provisioner(admin, prefix).createMissing(Catalogue.load());
  }

  /** Where the broker is. */
  public String bootstrapServers() {
    return bootstrap;
  }

  /** An admin client; ends with this object. */
  public Admin admin() {
    return admin;
  }

  /** The topics under this object's prefix. */
  public Topics topics() {
    return new Topics(prefix);
  }

  /** Settings for a service in this test: the broker, the prefix, a state folder, and more. */
  public Settings settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    all.put("bootstrap.servers", bootstrapServers());
    all.put("topics.prefix", prefix);
    all.put("http.port", "0");
    all.put(
        "state.directory", Path.of(System.getProperty("java.io.tmpdir"), "ms" + prefix).toString());
    all.putAll(more);
    return Settings.of(all);
  }

  /** Sends a record and waits until it is written. */
  public void send(ProducerRecord<byte[], byte[]> record) {
    try {
      producer.send(record).get();
    } catch (Exception e) {
      throw new IllegalStateException("cannot send to " + record.topic(), e);
    }
  }

  /** Sends a typed record and waits until it is written. */
  public <K, V> void send(Topic<K, V> topic, K key, V value) {
    send(
        new ProducerRecord<>(
            topic.name(),
            topic.keys().serializer().serialize(topic.name(), key),
            topic.values().serializer().serialize(topic.name(), value)));
  }

  /** Sends many records without waiting for each; returns when all are written. */
  public void sendAll(List<ProducerRecord<byte[], byte[]>> records) {
    records.forEach(producer::send);
    producer.flush();
  }

  /** Deletes topics and creates them again at once, with as many partitions. */
  public void makeAgain(String... topics) {
    List<String> names = List.of(topics);
    try {
      List<NewTopic> made =
          admin.describeTopics(names).allTopicNames().get().values().stream()
              .map(topic -> new NewTopic(topic.name(), topic.partitions().size(), (short) 1))
              .toList();
      admin.deleteTopics(names).all().get();
      // The broker hears of it later, and takes records for the old log until then.
      await("topics deleted", () -> names.stream().noneMatch(this::isListed));
      await(
          "topics made again",
          () -> {
            try {
              admin.createTopics(made).all().get();
              return true;
            } catch (Exception e) {
              return false;
            }
          });
      await("topics listed", () -> names.stream().allMatch(this::isListed));
    } catch (Exception e) {
      throw new IllegalStateException("cannot make " + names + " again", e);
    }
  }

  private boolean isListed(String topic) {
    try {
      return admin.listTopics().names().get().contains(topic);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** All committed records of a topic, as far as it reaches now: by partition, then by offset. */
  public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
    try (var consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
          consumer.poll(Duration.ofMillis(100)).forEach(all::add);
        }
      }
      return all;
    }
  }

  /**
   * The committed records of a topic once they satisfy a condition.
   *
   * @throws AssertionError if they do not within a minute
   */
  public List<ConsumerRecord<byte[], byte[]>> await(
      String topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> condition) {
    List<List<ConsumerRecord<byte[], byte[]>>> last = new ArrayList<>();
    await(
        topic,
        () -> {
          last.clear();
          last.add(committed(topic));
          return condition.test(last.getFirst());
        });
    return last.getFirst();
  }

  /** The committed records of a topic once there are at least so many. */
  public List<ConsumerRecord<byte[], byte[]>> await(String topic, int count) {
    return await(topic, records -> records.size() >= count);
  }

  /**
   * Returns when a condition holds.
   *
   * @throws AssertionError if it does not within a minute
   */
  public static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + PATIENCE + " in vain: " + what);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** A consumer of committed records without a group. */
  public KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = client();
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    settings.put("fetch.max.wait.ms", "50");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }

  private Map<String, Object> client() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  private Map<String, Object> producerSettings() {
    Map<String, Object> settings = client();
    settings.put("max.request.size", 10_485_760);
    return settings;
  }
}
