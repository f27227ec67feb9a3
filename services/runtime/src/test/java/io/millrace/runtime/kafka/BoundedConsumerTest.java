package io.millrace.runtime.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BoundedConsumerTest {

  private static final int MEBIBYTE = 1 << 20;

  private final TestKafka kafka = new TestKafka();
  private final Topic<byte[], byte[]> images = kafka.topics().images();

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void aPollBringsNoMoreThanItMayThoughTheTopicHoldsMore() {
    packed(
        IntStream.range(0, 30)
            .mapToObj(i -> record(i % 2, Integer.toString(i), new byte[8 * MEBIBYTE]))
            .toList());

    List<List<ConsumerRecord<byte[], byte[]>>> polls = polls(30);

    assertThat(polls).allMatch(poll -> poll.size() <= 4);
    assertThat(polls.stream().flatMap(List::stream).filter(it -> it.partition() == 0))
        .extracting(it -> new String(it.key(), UTF_8))
        .containsExactlyElementsOf(
            IntStream.range(0, 15).mapToObj(i -> Integer.toString(2 * i)).toList());
  }

  @Test
  void aBrokerThatIsGoneIsWaitedForAsByAnyConsumer() {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:9",
            "group.id",
            "g",
            "isolation.level",
            "read_committed");
    var partition = new TopicPartition(images.name(), 0);

    try (var consumer = new BoundedConsumer(client, MEBIBYTE)) {
      consumer.assign(List.of(partition));

      assertThatThrownBy(() -> consumer.committed(Set.of(partition), Duration.ofSeconds(1)))
          .isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void valuesWithoutAKeyCountToo() {
    packed(
        IntStream.range(0, 12)
            .mapToObj(_ ->
                new ProducerRecord<byte[], byte[]>(images.name(), 0, null, new byte[8 * MEBIBYTE]))
            .toList());

    assertThat(polls(12)).allMatch(poll -> poll.size() <= 4);
  }

  @Test
  void emptyHeadersCountAsTheObjectsThatTheyBecome() {
    packed(
        IntStream.range(0, 40)
            .mapToObj(i -> {
              var record = record(0, Integer.toString(i), new byte[1]);
              IntStream.range(0, 50_000).forEach(_ -> record.headers().add("", null));
              return record;
            })
            .toList());

    assertThat(polls(40)).allMatch(poll -> poll.size() <= 7);
  }

  @Test
  void headersWithoutKeyAndValueAreCutBeforeTheyAreUnpacked() {
    var record = new ProducerRecord<byte[], byte[]>(images.name(), 0, null, null);
    record.headers().add("own", new byte[HeaderLimiter.MAX_BYTES / 2]);
    packed(List.of(record));

    assertThat(polls(1).stream().flatMap(List::stream).toList().getFirst().headers())
        .extracting(header -> header.key())
        .containsExactly(DeadLetters.CUT);
  }

  @Test
  void keysCountToo() {
    byte[] key = new byte[MEBIBYTE];
    packed(
        IntStream.range(0, 80)
            .mapToObj(i -> new ProducerRecord<>(images.name(), 0, key, new byte[0]))
            .toList());

    assertThat(polls(80)).allMatch(poll -> poll.size() <= 32);
  }

  @Test
  void aKeyAndHeadersThatNobodyTakesAreCutAndNoted() {
    var record = record(0, "k".repeat(3 * MEBIBYTE), "value".getBytes(UTF_8));
    record.headers().add("own", new byte[MEBIBYTE]);
    packed(List.of(record));

    // The first polls may bring nothing yet.
    ConsumerRecord<byte[], byte[]> read =
        polls(1).stream().flatMap(List::stream).toList().getFirst();

    assertThat(read.key()).hasSize(MEBIBYTE);
    assertThat(read.value()).isEqualTo("value".getBytes(UTF_8));
    assertThat(read.headers().lastHeader("own")).isNull();
    assertThat(EventHeaders.text(read.headers(), DeadLetters.CUT).orElseThrow())
        .contains("key of 3145728 bytes, SHA-256 ")
        .contains("headers of ")
        .doesNotContain("value of");
  }

  @Test
  void headersAreLeftOutOfARecordWithoutKeyAndValueToo() {
    var record = new ProducerRecord<byte[], byte[]>(images.name(), 0, null, null);
    record.headers().add("own", new byte[MEBIBYTE]);
    packed(List.of(record, record(0, "next", new byte[] {1})));

    List<ConsumerRecord<byte[], byte[]>> read = polls(2).stream().flatMap(List::stream).toList();

    assertThat(read.getFirst().headers().lastHeader("own")).isNull();
    assertThat(read.getLast().headers()).isEmpty();
  }

  @Test
  void whatIsNoLongerThanItMayBeComesAsItIs() {
    var record = record(0, "k".repeat(4096), new byte[0]);
    record.headers().add("own", "1".getBytes(UTF_8));
    packed(List.of(record, record(0, "whole", new byte[PollMemoryLimiter.POLL_BYTES])));

    List<ConsumerRecord<byte[], byte[]>> read = polls(2).stream().flatMap(List::stream).toList();

    assertThat(read.getFirst().headers()).containsExactly(record.headers().toArray());
    assertThat(read.getLast().value()).hasSize(PollMemoryLimiter.POLL_BYTES);
    assertThat(read.getLast().headers()).isEmpty();
  }

  /** What each poll brings, until so many records have come. */
  private List<List<ConsumerRecord<byte[], byte[]>>> polls(int records) {
    try (var consumer = KafkaClients.reader(kafka.settings(Map.of()))) {
      List<TopicPartition> partitions = CommittedReader.partitions(consumer, images.name());
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<List<ConsumerRecord<byte[], byte[]>>> polls = new ArrayList<>();
      TestKafka.await(
          "records",
          () -> {
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(Duration.ofMillis(100));
            List<ConsumerRecord<byte[], byte[]>> poll = new ArrayList<>();
            polled.forEach(poll::add);
            polls.add(poll);
            return polls.stream().mapToInt(List::size).sum() >= records;
          });
      return polls;
    }
  }

  private ProducerRecord<byte[], byte[]> record(int partition, String key, byte[] value) {
    return new ProducerRecord<>(images.name(), partition, key.getBytes(UTF_8), value);
  }

  private void packed(List<ProducerRecord<byte[], byte[]>> records) {
    try (var producer = packing(kafka)) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        producer.send(record).get();
      }
    } catch (Exception e) {
      throw new IllegalStateException("cannot send", e);
    }
  }

  /** A producer that compresses more than the broker would take as it is. */
  static KafkaProducer<byte[], byte[]> packing(TestKafka kafka) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            kafka.bootstrapServers(),
            "compression.type",
            "gzip",
            "max.request.size",
            100 * MEBIBYTE,
            "buffer.memory",
            128 * MEBIBYTE);
    return new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
