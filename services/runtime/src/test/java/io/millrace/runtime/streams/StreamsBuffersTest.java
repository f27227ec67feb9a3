package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.testing.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka Streams has read and not processed is bounded, however well it was packed. */
final class StreamsBuffersTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int POLL_MEBIBYTES = 32;

  /** Ten times what a poll may bring. */
  private static final int RECORDS = 10 * POLL_MEBIBYTES;

  private static final AtomicLong POLLED = new AtomicLong();
  private static final AtomicLong PROCESSED = new AtomicLong();
  private static final AtomicLong LARGEST_BUFFER = new AtomicLong();

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void aTaskKeepsOnePollThoughAnotherOfItsPartitionsHasRecordsToo() {
    POLLED.set(0);
    PROCESSED.set(0);
    LARGEST_BUFFER.set(0);
    pack(kafka.topics().images().name());
    pack(kafka.topics().labels().name());
    var settings =
        kafka.settings(
            Map.of(
                "state.directory",
                folder.toString(),
                "kafka.main.consumer.interceptor.classes",
                Counting.class.getName()));

    var service = new StreamsService("count", settings, counting(), registry -> {});
    service.start();
    TestKafka.await("all records", () -> PROCESSED.get() == 2 * RECORDS);
    assertThat(service.health()).isEqualTo(Health.READY);
    service.close(Duration.ofSeconds(10));

    assertThat(LARGEST_BUFFER.get()).isBetween(1L, (long) POLL_MEBIBYTES);
  }

  @Test
  void aStoreIsRestoredPollByPoll() {
    String changelog = kafka.topics().images().name();
    pack(changelog);
    Map<String, Object> client =
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    var partition = new TopicPartition(changelog, 0);
    List<Integer> polls = new ArrayList<>();

    try (var consumer =
        new BoundedClientSupplier("test", POLL_MEBIBYTES * MEBIBYTE).getRestoreConsumer(client)) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      TestKafka.await(
          "all records",
          () -> {
            polls.add(consumer.poll(Duration.ofMillis(100)).count());
            return polls.stream().mapToInt(Integer::intValue).sum() == RECORDS;
          });
    }

    assertThat(polls).allMatch(records -> records <= POLL_MEBIBYTES);
  }

  /** Two topics in one task, as in labelling, evaluation and text. */
  private Topology counting() {
    var builder = new StreamsBuilder();
    KStream<byte[], byte[]> images = read(builder, kafka.topics().images().name(), "images");
    images
        .merge(read(builder, kafka.topics().labels().name(), "labels"), Named.as("merge"))
        .foreach((key, value) -> PROCESSED.incrementAndGet(), Named.as("count"));
    return builder.build();
  }

  private static KStream<byte[], byte[]> read(StreamsBuilder builder, String topic, String name) {
    return builder.stream(
        topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("read-" + name));
  }

  /** Records of a mebibyte, all of which fit into one answer of the broker. */
  private void pack(String topic) {
    Map<String, Object> client =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            kafka.bootstrapServers(),
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "zstd",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            10 * MEBIBYTE);
    byte[] zeros = new byte[MEBIBYTE - 1_024];
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      IntStream.range(0, RECORDS)
          .forEach(i -> producer.send(new ProducerRecord<>(topic, 0, (long) i + 1, null, zeros)));
    }
  }

  /** Counts what was polled, and how much of it was not processed then. */
  public static final class Counting implements ConsumerInterceptor<byte[], byte[]> {

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      int count = 0;
      for (ConsumerRecord<byte[], byte[]> _ : records) {
        count++;
      }
      long buffered = POLLED.addAndGet(count) - PROCESSED.get();
      LARGEST_BUFFER.accumulateAndGet(buffered, Math::max);
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
  }
}
