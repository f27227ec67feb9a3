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
    try (var bench = new TextTestDriver(folder)) {
      new TextMetrics(bench.figures).bindTo(meters);
      bench.text("a", "red fox");
      bench.text("b", "red hen");
      bench.delete("a");
      bench.send(bytes("c"), new byte[0], new RecordHeaders());
      bench.settle();

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
