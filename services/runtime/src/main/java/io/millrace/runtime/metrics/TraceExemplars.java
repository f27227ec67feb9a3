package io.millrace.runtime.metrics;

import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/**
 * Gives the histograms of a registry the trace of the record that is measured, as an <a
 * href="https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars">exemplar</a>.
 */
public final class TraceExemplars implements SpanContext {

  @Override
  public @Nullable String getCurrentTraceId() {
    TraceContext current = Traces.current();
    return current == null ? null : current.traceId();
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    TraceContext current = Traces.current();
    return current == null ? null : current.spanId();
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return Traces.current() != null;
  }

  @Override
  public void markCurrentSpanAsExemplar() {
    // Whoever looks at the metrics finds the trace by its id.
  }
}
