package io.millrace.text.metrics;

import static io.millrace.text.topology.TextTestDriver.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.text.topology.TextTestDriver;
import java.nio.file.Path;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextMetricsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void tellsWhatCameInWhatWentOutAndWhatIsThere(@TempDir Path folder) {
    try (var driver = new TextTestDriver(folder)) {
      new TextMetrics(driver.stats).bindTo(meters);
      driver.text("a", "red fox");
      driver.text("b", "red hen");
      driver.delete("a");
      driver.send(bytes("c"), new byte[0], new RecordHeaders());
      driver.awaitPublication();

      assertThat(counter("millrace.records.in")).isEqualTo(4);
      assertThat(counter("millrace.records.out")).isEqualTo(3);
      assertThat(counter("millrace.records.dead.lettered")).isEqualTo(1);
      assertThat(counter("millrace.text.superseded")).isZero();
      assertThat(gauge("millrace.text.documents")).isEqualTo(1);
      assertThat(gauge("millrace.text.vocabulary")).isEqualTo(2);
    }
  }

  private double counter(String name) {
    return meters.get(name).tag("service", "text").functionCounter().count();
  }

  private double gauge(String name) {
    return meters.get(name).tag("service", "text").gauge().value();
  }
}
