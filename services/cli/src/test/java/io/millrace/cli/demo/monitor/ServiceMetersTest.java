package io.millrace.cli.demo.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

final class ServiceMetersTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ServiceMeters figures = new ServiceMeters(meters);

  @Test
  void readsTheFiguresOfTheServiceThatIsMeant() {
    meters.counter("millrace.records.in", "service", "vision").increment(7);
    meters.counter("millrace.records.in", "service", "scoring").increment(3);
    FunctionCounter.builder("millrace.records.in", this, it -> 5)
        .tag("service", "labelling")
        .register(meters);
    Gauge.builder("millrace.scoring.model.version", () -> 12)
        .tag("model", "vision")
        .register(meters);

    assertThat(figures.recordsIn("vision")).isEqualTo(7);
    assertThat(figures.recordsIn("labelling")).isEqualTo(5);
    assertThat(figures.scoringVersion("vision")).isEqualTo(12);
  }

  @Test
  void whatIsNotThereYetIsNothing() {
    assertThat(figures.recordsIn("vision")).isZero();
    assertThat(figures.scoringVersion("vision")).isEqualTo(-1);
    assertThat(figures.accuracy("vision")).isNaN();
  }
}
