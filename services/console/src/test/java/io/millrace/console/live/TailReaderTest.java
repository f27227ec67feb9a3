package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TailReaderTest {

  private static final TopicPartition PARTITION = new TopicPartition("news", 0);

  private final List<Long> offsets = new CopyOnWriteArrayList<>();
  private final LiveStats stats = new LiveStats();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private LoopService service;

  @AfterEach
  void stop() {
    service.close(Duration.ofSeconds(5));
  }

  @Test
  void readsTheNewestRecordsAndThenWhatComes() {
    topic(100);
    consumer.schedulePollTask(() -> add(90, 91, 92, 93, 94, 95, 96, 97, 98, 99));

    start(10, _ -> true);
    Await.until("ready", () -> service.health() == Service.Health.READY);
    consumer.schedulePollTask(() -> add(100));
    Await.until("the next one", () -> offsets.contains(100L));

    assertThat(offsets.getFirst()).isEqualTo(90);
    assertThat(stats.recordsRead()).isEqualTo(11);
  }

  @Test
  void aRecordThatBreaksItsReaderIsSkippedAndCounted() {
    topic(3);
    consumer.schedulePollTask(() -> add(0, 1, 2));

    start(
        10,
        record -> {
          if (record.offset() == 1) {
            throw new IllegalStateException("no schema");
          }
          return record.offset() != 2;
        });
    Await.until("ready", () -> service.health() == Service.Health.READY);

    assertThat(stats.recordsRead()).isEqualTo(3);
    assertThat(stats.recordsSkipped()).isEqualTo(2);
  }

  @Test
  void withoutABrokerItIsNotReadyAndTriesAgain() {
    topic(0);
    consumer.setPollException(new KafkaException("gone"));
    MockConsumer<byte[], byte[]> second = new MockConsumer<>("none");
    topic(second, 0);
    List<Consumer<byte[], byte[]>> consumers =
        new CopyOnWriteArrayList<>(List.of(consumer, second));

    start(10, _ -> true, () -> consumers.removeFirst());
    Await.until("ready", () -> service.health() == Service.Health.READY);

    assertThat(stats.failures()).isEqualTo(1);
    assertThat(consumer.closed()).isTrue();
  }

  @Test
  void afterAnErrorItGoesOnWhereItWas() {
    topic(3);
    consumer.schedulePollTask(() -> add(0, 1, 2));
    MockConsumer<byte[], byte[]> second = new MockConsumer<>("none");
    topic(second, 4);
    second.schedulePollTask(() -> {
      for (long offset = 0; offset < 4; offset++) {
        second.addRecord(new ConsumerRecord<>("news", 0, offset, new byte[0], new byte[0]));
      }
    });
    List<Consumer<byte[], byte[]>> consumers =
        new CopyOnWriteArrayList<>(List.of(consumer, second));

    start(10, _ -> true, () -> consumers.removeFirst());
    Await.until("ready", () -> service.health() == Service.Health.READY);
    consumer.schedulePollTask(() -> consumer.setPollException(new KafkaException("gone")));
    Await.until("the next one", () -> offsets.contains(3L));

    assertThat(offsets).containsExactly(0L, 1L, 2L, 3L);
    assertThat(second.position(PARTITION)).isEqualTo(4);
  }

  @Test
  void aPartitionThatIsAddedIsReadToo() {
    topic(1);
    consumer.schedulePollTask(() -> add(0));
    start(10, _ -> true);
    Await.until("ready", () -> service.health() == Service.Health.READY);

    var added = new TopicPartition("news", 1);
    consumer.schedulePollTask(() -> {
      consumer.updateBeginningOffsets(Map.of(added, 0L));
      consumer.updateEndOffsets(Map.of(added, 8L));
      consumer.updatePartitions("news", List.of(partition(0), partition(1)));
    });
    Await.until("the new partition", () -> consumer.assignment().contains(added));
    consumer.schedulePollTask(
        () -> consumer.addRecord(new ConsumerRecord<>("news", 1, 7, new byte[0], new byte[0])));
    Await.until("its record", () -> offsets.contains(7L));
  }

  private static PartitionInfo partition(int number) {
    var node = new Node(1, "localhost", 1);
    return new PartitionInfo("news", number, node, new Node[] {node}, new Node[] {node});
  }

  private void topic(long end) {
    topic(consumer, end);
  }

  private static void topic(MockConsumer<byte[], byte[]> consumer, long end) {
    consumer.updatePartitions("news", List.of(partition(0)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
  }

  private void add(long... added) {
    for (long offset : added) {
      consumer.addRecord(new ConsumerRecord<>("news", 0, offset, new byte[0], new byte[0]));
    }
  }

  private void start(long backlog, Tail.Reader reader) {
    start(backlog, reader, () -> consumer);
  }

  private void start(
      long backlog, Tail.Reader reader, Supplier<Consumer<byte[], byte[]>> consumers) {
    var tail =
        new Tail(
            "news",
            backlog,
            true,
            record -> {
              offsets.add(record.offset());
              return reader.accept(record);
            });
    service =
        new LoopService(
            "console",
            loop ->
                new TailReader(consumers, List.of(tail), stats, Duration.ofMillis(10)).run(loop));
    service.start();
  }
}
