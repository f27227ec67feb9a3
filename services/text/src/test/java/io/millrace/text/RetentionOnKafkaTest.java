package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.text.topology.TextTestDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that become too old in all partitions, two instances, because of a record in one. */
final class RetentionOnKafkaTest {

  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final int PARTITIONS = 4;
  private static final int OLD = 40;

  @TempDir private Path folder;

  private final TestKafka kafka = new TestKafka();
  private final List<Service> running = new ArrayList<>();

  @AfterEach
  void close() {
    running.forEach(service -> service.close(STOP_WITHIN));
    kafka.close();
  }

  @Test
  void theTimeOfARecordInOnePartitionMakesDocumentsOfAllTooOld() {
    start("first");
    start("second");
    long begun = System.currentTimeMillis() - WINDOW.multipliedBy(3).toMillis();
    for (int i = 0; i < OLD; i++) {
      send(i % PARTITIONS, "old-" + i, begun + i);
    }
    String vectors = kafka.topics().documentVectors().name();
    kafka.await(vectors, OLD);

    send(1, "new", begun + WINDOW.toMillis() + OLD);

    Map<String, Boolean> live = new TreeMap<>();
    kafka.await(
        vectors,
        records -> {
          live.clear();
          records.forEach(it -> live.put(new String(it.key()), it.value() != null));
          return live.values().stream().filter(it -> it).count() == 1;
        });
    assertThat(live).hasSize(OLD + 1).containsEntry("new", true);
    kafka.await(kafka.topics().documentFrequencies().name(), records -> documents(records) == 1);
    assertThat(kafka.committed(vectors)).hasSize(2 * OLD + 1);
  }

  private void send(int partition, String id, long time) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(),
            partition,
            time,
            TextTestDriver.bytes(id),
            TextTestDriver.bytes("red fox " + id)));
  }

  private static long documents(List<ConsumerRecord<byte[], byte[]>> records) {
    return TextTestDriver.corpus(Analysis.STANDARD, records).documents();
  }

  private void start(String name) {
    Map<String, String> settings =
        Map.of(
            "state.directory", folder.resolve(name).toString(),
            "text.retention.ms", Long.toString(WINDOW.toMillis()),
            "text.publish.interval.ms", "50");
    Service service = TextService.TYPE.create().apply(kafka.settings(settings));
    running.add(service);
    service.start();
  }
}
