package io.millrace.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TraceExemplarsTest {

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new TraceExemplars());
  private final LoopMetrics metrics = LoopMetrics.ofBatches(meters, "scoring", "dead-letters");

  @Test
  void theLatencyOfATracedRecordNamesItsTrace() {
    TraceContext context = TraceContext.root("a sender");
    long now = System.currentTimeMillis();

    metrics.committed(
        new long[] {now - 3, now - 2_000}, Map.of(0, context), 0, List.of(), Duration.ofMillis(5));

    List<String> exemplars =
        meters
            .scrape("application/openmetrics-text; version=1.0.0")
            .lines()
            .filter(it -> it.contains("trace_id"))
            .toList();
    assertThat(exemplars)
        .isNotEmpty()
        .anyMatch(it -> it.startsWith("millrace_end_to_end_seconds"))
        .anyMatch(it -> it.startsWith("millrace_batch_seconds"))
        .allMatch(it -> it.contains("trace_id=\"" + context.traceId() + "\""));
    assertThat(Traces.current()).isNull();
  }

  @Test
  void otherRecordsNameNone() {
    metrics.committed(new long[] {1, 2}, 0, List.of(), Duration.ofMillis(5));

    assertThat(meters.scrape("application/openmetrics-text; version=1.0.0"))
        .contains("millrace_end_to_end_seconds")
        .doesNotContain("trace_id");
  }
}
