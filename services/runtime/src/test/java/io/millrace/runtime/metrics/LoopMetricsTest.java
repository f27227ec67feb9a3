package io.millrace.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LoopMetricsTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void aTrainingLoopMeasuresStepsAndNoBatches() {
    commit(LoopMetrics.ofSteps(meters, "vision", "dead-letters"));

    assertThat(meters.get("millrace.step").timer().count()).isEqualTo(1);
    assertThat(meters.find("millrace.batch").timer()).isNull();
  }

  @Test
  void aBatchLoopMeasuresBatchesAndNoSteps() {
    commit(LoopMetrics.ofBatches(meters, "scoring", "dead-letters"));

    Timer batches = meters.get("millrace.batch").tags("service", "scoring").timer();
    assertThat(batches.count()).isEqualTo(1);
    assertThat(meters.find("millrace.step").timer()).isNull();
  }

  private static void commit(LoopMetrics metrics) {
    metrics.committed(new long[] {1}, 0, List.of(), Duration.ofMillis(5));
  }
}
