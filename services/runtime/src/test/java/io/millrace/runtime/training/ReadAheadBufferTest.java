package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;

final class ReadAheadBufferTest {

  private static final int PARTITIONS = 64;
  private static final int RECORDS = 10;
  private static final int RECORD_BYTES = 1_000;
  private static final int BUFFER_BYTES = 16_000;

  private final List<TopicPartition> partitions =
      IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition("in", i)).toList();

  @Test
  void tenTimesTheBytesOfAllPartitionsAreReadWithinTheBoundAndInOrder() {
    try (var consumer = new MockConsumer<byte[], byte[]>("none");
        var decoders = Executors.newSingleThreadExecutor()) {
      consumer.assign(partitions);
      partitions.forEach(partition -> consumer.seek(partition, 0));
      var buffer =
          new ReadAheadBuffer<Long>(
              context(),
              consumer,
              decoders,
              InputPositions.beginning(partitions, new long[PARTITIONS]));
      List<String> order = new ArrayList<>();
      while (order.size() < PARTITIONS * RECORDS) {
        supply(consumer);
        buffer.add(consumer.poll(Duration.ZERO));
        assertThat(buffer.sizeBytes()).isLessThanOrEqualTo(BUFFER_BYTES + RECORD_BYTES);
        while (buffer.poll()
            instanceof RoundRobinMerge.Next.Value<BufferedRecord<Long>>(int partition, var value)) {
          order.add(partition + "@" + value.offset());
        }
        buffer.pauseOrResumePartitions();
      }

      assertThat(order)
          .containsExactlyElementsOf(
              IntStream.range(0, RECORDS)
                  .boxed()
                  .flatMap(offset -> IntStream.range(0, PARTITIONS).mapToObj(i -> i + "@" + offset))
                  .toList());
      assertThat(buffer.sizeBytes()).isZero();
    }
  }

  /** A poll brings all of a partition that is not paused, as those of small records do. */
  private void supply(MockConsumer<byte[], byte[]> consumer) {
    for (TopicPartition partition : partitions) {
      if (!consumer.paused().contains(partition)) {
        for (long offset = consumer.position(partition); offset < RECORDS; offset++) {
          consumer.addRecord(
              new ConsumerRecord<>(
                  partition.topic(), partition.partition(), offset, null, new byte[RECORD_BYTES]));
        }
      }
    }
  }

  private static TrainerContext<Long> context() {
    var definition = TrainerLoopConfig.definition("sum", 1, 1);
    var values =
        new AbstractConfig(
            definition,
            Map.of("sum.merge.slice", "1", "sum.buffer.bytes", Integer.toString(BUFFER_BYTES)),
            false);
    return new TrainerContext<>(
        "sum",
        Settings.of(Map.of()),
        TrainerLoopConfig.from("sum", values),
        "in",
        new SumTrainer(Map.of(), "out"),
        LoopMetrics.ofSteps(new SimpleMeterRegistry(), "sum", "dead-letters"),
        new TrainerMetrics(),
        moment -> {});
  }
}
