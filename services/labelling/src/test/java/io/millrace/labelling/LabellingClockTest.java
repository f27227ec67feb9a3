package io.millrace.labelling;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The clock of the service's machine jumps by more than what it keeps, and images are old. */
final class LabellingClockTest {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
  private static final long WEEK = Duration.ofDays(7).toMillis();

  @TempDir private Path folder;

  private final AtomicLong ahead = new AtomicLong();
  private final TestKafka kafka = new TestKafka();
  private Service service;

  @AfterEach
  void close() {
    service.close(STOP_WITHIN);
    kafka.close();
  }

  @Test
  void everyImageMeetsItsLabelOnce() {
    long[] clocks = {0, WEEK, -WEEK, 0};
    for (int run = 0; run < clocks.length; run++) {
      ahead.set(clocks[run]);
      start();
      image("old" + run, Instant.parse("2001-07-26T12:00:00Z").toEpochMilli());
      image("new" + run, System.currentTimeMillis());
      label("early" + run);
      ahead.set(-clocks[run]);
      if (run > 0) {
        label("old" + (run - 1));
        label("new" + (run - 1));
        image("early" + (run - 1), System.currentTimeMillis());
        int expected = 3 * run;
        kafka.await(
            kafka.topics().imageExamples().name(),
            records -> {
              assertThat(service.failure()).isEmpty();
              return records.size() >= expected;
            });
      }
      service.close(STOP_WITHIN);
    }

    assertThat(kafka.committed(kafka.topics().imageExamples().name()))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder(
            "image/old0",
            "image/new0",
            "image/early0",
            "image/old1",
            "image/new1",
            "image/early1",
            "image/old2",
            "image/new2",
            "image/early2");
  }

  private void start() {
    Map<String, String> settings =
        Map.of("state.directory", folder.toString(), "labelling.retention.ms", "3600000");
    service =
        LabellingService.TYPE
            .create()
            .apply(
                kafka.settings(settings).withClock(() -> System.currentTimeMillis() + ahead.get()));
    service.start();
    TestKafka.await("ready", () -> service.health() == Service.Health.READY);
  }

  private void image(String id, long time) {
    byte[] value =
        AvroCodec.of(Image.class)
            .encode(new Image(ByteBuffer.wrap(LabellingTestDriver.png(1)), null, null));
    kafka.send(
        new ProducerRecord<>(kafka.topics().images().name(), 0, time, id.getBytes(UTF_8), value));
  }

  private void label(String id) {
    byte[] value = AvroCodec.of(Label.class).encode(new Label("image/" + id, "7"));
    kafka.send(new ProducerRecord<>(kafka.topics().labels().name(), null, value));
  }
}
