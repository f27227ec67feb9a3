package io.millrace.runtime.records;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A piece of work on records that are traced.
 *
 * @param name what was done and to what, such as {@code process images}
 * @param kind what it is to the broker
 * @param context its own ids
 * @param parent the span that caused it; empty for the first of a trace
 * @param links other spans that it has to do with
 * @param startNanos when it began, nanoseconds since 1970
 * @param endNanos when it ended, nanoseconds since 1970
 * @param attributes by the semantic conventions of OpenTelemetry 1.44 for messaging; texts and
 *     whole numbers
 */
public record TraceSpan(
    String name,
    Kind kind,
    TraceContext context,
    Optional<TraceContext> parent,
    List<TraceContext> links,
    long startNanos,
    long endNanos,
    Map<String, Object> attributes) {

  /** What a span is to the broker. */
  public enum Kind {
    /** It takes records. */
    CONSUMER,
    /** It sends records. */
    PRODUCER,
    /** It answers a request over HTTP. */
    SERVER,
    /** None of these. */
    INTERNAL
  }

  public TraceSpan {
    links = List.copyOf(links);
    attributes = Map.copyOf(attributes);
  }
}
