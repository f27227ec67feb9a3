package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer's input is compacted, on a broker whose cleaner runs all the time. */
final class CompactedInputTest {

  private static final int KEYS = 5;
  private static final String NO_LAG = "0";

  @TempDir private Path folder;

  private EmbeddedBroker broker;
  private SumService sum;

  @BeforeEach
  void start() {
    broker =
        EmbeddedBroker.start(
            folder.resolve("broker"),
            0,
            Map.of("log.cleaner.backoff.ms", "100", "log.cleaner.min.cleanable.ratio", "0.001"));
    sum = new SumService(new TestKafka(broker.bootstrapServers(), "c-"));
  }

  @AfterEach
  void stop() {
    sum.close();
    broker.close();
  }

  @Test
  void whatIsReplacedWhileTheTrainerIsDownIsStillLearnedWithinTheLag() throws Exception {
    compact(sum.oneLog(), lagOfDocuments());
    compact(sum.kafka.topics().labels(), NO_LAG);
    sendKeyed(sum.oneLog(), 0, range(0, 20));
    sum.start(sum.oneLog());
    sum.awaitVersion(2);
    sum.closeAll();

    for (Topic<?, ?> topic : List.of(sum.oneLog(), sum.kafka.topics().labels())) {
      sendKeyed(topic, 0, range(20, 60));
      roll(topic);
    }
    awaitCleaned(sum.kafka.topics().labels(), 40);
    sum.start(sum.oneLog());

    assertThat(sum.awaitVersion(6)).isEqualTo(model(range(0, 60)));
  }

  @Test
  void whatIsReplacedAndGoneIsPassedByAndNothingElse() throws Exception {
    compact(sum.oneLog(), NO_LAG);
    sendKeyed(sum.oneLog(), 0, range(0, 20));
    sum.start(sum.oneLog());
    sum.awaitVersion(2);
    sum.closeAll();

    sendKeyed(sum.oneLog(), 0, range(20, 60));
    roll(sum.oneLog());
    awaitCleaned(sum.oneLog(), 40);
    List<Long> left = values(sum.oneLog()).stream().filter(value -> value >= 20).toList();
    sum.start(sum.oneLog(), Map.of("sum.step.idle.ms", "100"), moment -> {});

    LongStream learned = LongStream.concat(range(0, 20), left.stream().mapToLong(Long::longValue));
    byte[] expected = model(learned);
    TestKafka.await("the rest learned", () -> Arrays.equals(newest(), expected));
  }

  @Test
  void markersThatAreGoneFromSomePartitionsHoldNothingUp() throws Exception {
    Map<String, String> quiet = Map.of("sum.step.idle.ms", "100");
    Topic<?, ?> input = sum.fourLogs();
    compact(input, NO_LAG);
    sum.start(input, quiet, moment -> {});
    sum.awaitVersion(0);
    for (int version = 1; version <= 4; version++) {
      sendKeyed(input, version % 3, range(100L * version, 100L * version + 3));
      sum.awaitVersion(version);
    }
    sum.closeAll();
    var next = new AtomicLong(1_000);
    TestKafka.await(
        "the markers are gone from one partition, and one is left in another",
        () -> {
          // Only these partitions get new segments; in the others the markers stay.
          sendKeyed(input, 0, range(next.get(), next.get() + 1));
          sendKeyed(input, 1, range(next.get(), next.incrementAndGet()));
          return markers(input, 0) == 0 && markers(input, 3) > 0;
        });
    long left = values(input).size();

    ModelReset.reset(sum.settings, "sum", "sum", input);
    sum.start(input, quiet, moment -> {});

    TestKafka.await(
        "all that is left is learned",
        () ->
            sum.manifests().stream()
                .anyMatch(it -> it.getVersion() > 4 && it.getRecords() >= left));
  }

  private byte[] newest() {
    return sum.awaitVersion(sum.manifests().getLast().getVersion());
  }

  /** The catalogue's; a topic of the trainer that is compacted. */
  private String lagOfDocuments() {
    return Catalogue.load().topics().stream()
        .filter(topic -> topic.name().equals("documents"))
        .findFirst()
        .orElseThrow()
        .settings()
        .getOrDefault("min.compaction.lag.ms", NO_LAG);
  }

  private void compact(Topic<?, ?> topic, String lag)
      throws ExecutionException, InterruptedException {
    Map<String, String> settings =
        Map.of(
            "cleanup.policy", "compact",
            "segment.ms", "50",
            "min.cleanable.dirty.ratio", "0.001",
            "delete.retention.ms", "0",
            "min.compaction.lag.ms", lag);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    List<AlterConfigOp> operations = new ArrayList<>();
    settings.forEach((name, value) ->
        operations.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    sum.kafka.admin().incrementalAlterConfigs(Map.of(resource, operations)).all().get();
  }

  private void sendKeyed(Topic<?, ?> topic, int partition, LongStream values) {
    sum.kafka.sendAll(
        values
            .mapToObj(value ->
                new ProducerRecord<>(
                    topic.name(),
                    partition,
                    ("k" + value % KEYS).getBytes(UTF_8),
                    SumTrainer.text(value)))
            .toList());
  }

  /** Has the active segment closed; only closed ones are cleaned. */
  private void roll(Topic<?, ?> topic) {
    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    sum.kafka.send(
        new ProducerRecord<>(topic.name(), 0, "roll".getBytes(UTF_8), "no number".getBytes(UTF_8)));
  }

  private void awaitCleaned(Topic<?, ?> topic, int sent) {
    TestKafka.await("cleaned", () -> sum.kafka.committed(topic.name()).size() < sent - KEYS);
  }

  private long markers(Topic<?, ?> topic, int partition) {
    return sum.kafka.committed(topic.name()).stream()
        .filter(record -> record.partition() == partition)
        .filter(record -> ControlRecords.isMarker(record.headers(), record.value()))
        .count();
  }

  private List<Long> values(Topic<?, ?> topic) {
    return sum.kafka.committed(topic.name()).stream()
        .filter(record -> record.value() != null && record.value().length < 6)
        .map(CompactedInputTest::value)
        .toList();
  }

  private static long value(ConsumerRecord<byte[], byte[]> record) {
    return Long.parseLong(new String(record.value(), UTF_8));
  }
}
