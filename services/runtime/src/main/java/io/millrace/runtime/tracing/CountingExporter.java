package io.millrace.runtime.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the spans that a collector does not take, and says so once until it takes some again.
 * OpenTelemetry's own messages, one for each attempt, are left out. Safe for several threads.
 */
final class CountingExporter implements SpanExporter {

  private static final Logger LOG = LoggerFactory.getLogger(CountingExporter.class);

  /** Held, since a logger that nobody holds forgets its level. */
  private static final java.util.logging.Logger SDK =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  static {
    SDK.setLevel(Level.OFF);
  }

  private final SpanExporter exporter;
  private final URI endpoint;
  private final AtomicLong lost = new AtomicLong();
  private final AtomicBoolean isLosing = new AtomicBoolean();

  CountingExporter(SpanExporter exporter, URI endpoint) {
    this.exporter = exporter;
    this.endpoint = endpoint;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> {
      if (result.isSuccess()) {
        if (isLosing.compareAndSet(true, false)) {
          LOG.info("{} takes spans again; {} were lost", endpoint, lost);
        }
      } else {
        lost.addAndGet(count);
        if (isLosing.compareAndSet(false, true)) {
          LOG.warn(
              "spans are lost, and nothing else: {} does not take them ({}); see"
                  + " otel.exporter.otlp.endpoint and millrace_traces_dropped_total",
              endpoint,
              reason(result));
        }
      }
    });
  }

  private static String reason(CompletableResultCode result) {
    Throwable failure = result.getFailureThrowable();
    if (failure == null) {
      return "it refused them";
    }
    while (failure.getCause() != null) {
      failure = failure.getCause();
    }
    return failure.toString();
  }

  /** Spans that the collector did not take. */
  long lost() {
    return lost.get();
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
