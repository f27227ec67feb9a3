package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.text.topology.TextTestDriver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the service's machine jumps by a week, between its runs and while it runs. */
final class ClockOnKafkaTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final long WEEK = Duration.ofDays(7).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();

  @TempDir private Path folder;

  private final AtomicLong ahead = new AtomicLong();
  private final long now = System.currentTimeMillis();
  private final TestKafka kafka = new TestKafka();
  private Service service;

  @AfterEach
  void close() {
    service.close(STOP_WITHIN);
    kafka.close();
  }

  @Test
  void whichRevisionOfADocumentCountsDoesNotChange() {
    start();
    send(0, "a", "red fox", now - 3 * DAY);
    send(0, "b", "red fox", now - 3 * DAY);
    send(0, "mail", "of the year two thousand and one", 988_675_200_000L);
    awaitVectors(3);

    restart(-WEEK);
    send(1, "a", "blue hen", now - DAY);
    awaitVectors(4);
    ahead.set(WEEK);
    send(2, "b", "blue hen", now - DAY);
    awaitVectors(5);
    ahead.set(-WEEK);
    send(2, "c", "grey owl", now - DAY);
    awaitVectors(6);
    restart(WEEK);
    send(3, "a", "green frog", now);
    send(3, "c", "an older owl", now - 2 * DAY);
    send(3, "d", "grey owl", now);
    awaitVectors(8); // Not of the older owl.

    Map<String, List<String>> terms = new TreeMap<>();
    vectors().forEach(it -> terms.put(new String(it.key()), List.copyOf(vector(it).getTerms())));
    assertThat(terms.get("a")).containsExactlyInAnyOrder("green", "frog");
    assertThat(terms.get("b")).containsExactlyInAnyOrder("blue", "hen");
    assertThat(terms.get("c")).containsExactlyInAnyOrder("grey", "owl");
    assertThat(terms).containsKeys("d", "mail").hasSize(5);
    kafka.await(
        kafka.topics().documentFrequencies().name(),
        records -> TextTestDriver.corpus(Analysis.STANDARD, records).documents() == 5);
  }

  private void restart(long clockIsAhead) {
    service.close(STOP_WITHIN);
    ahead.set(clockIsAhead);
    start();
  }

  private void start() {
    Map<String, String> settings =
        Map.of("state.directory", folder.toString(), "text.publish.interval.ms", "50");
    service =
        TextService.TYPE
            .create()
            .apply(
                kafka.settings(settings).withClock(() -> System.currentTimeMillis() + ahead.get()));
    service.start();
  }

  private void send(int partition, String id, String text, long time) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().documents().name(),
            partition,
            time,
            TextTestDriver.bytes(id),
            TextTestDriver.bytes(text)));
  }

  private void awaitVectors(int count) {
    kafka.await(
        kafka.topics().documentVectors().name(),
        records -> {
          assertThat(service.failure()).isEmpty();
          return records.size() >= count;
        });
  }

  private List<ConsumerRecord<byte[], byte[]>> vectors() {
    return kafka.committed(kafka.topics().documentVectors().name());
  }

  private static DocumentVector vector(ConsumerRecord<byte[], byte[]> record) {
    return AvroCodec.of(DocumentVector.class).decodeOrThrow(record.value());
  }
}
