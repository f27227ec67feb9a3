package io.millrace.runtime.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;

/**
 * Reads from the metrics of OpenTelemetry's SDK how many spans its queue had no room for: by the <a
 * href="https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/">conventions</a>, the {@code
 * otel.sdk.processor.span.processed} that have an {@code error.type}.
 */
final class QueueDrops implements MetricReader {

  private static final String PROCESSED = "otel.sdk.processor.span.processed";
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private volatile CollectionRegistration registration = CollectionRegistration.noop();

  /** Spans since the start that the queue had no room for. */
  long count() {
    return registration.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(PROCESSED))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .filter(point -> point.getAttributes().get(ERROR) != null)
        .mapToLong(point -> point.getValue())
        .sum();
  }

  @Override
  public void register(CollectionRegistration source) {
    registration = source;
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public CompletableResultCode forceFlush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    return CompletableResultCode.ofSuccess();
  }
}
