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
 * @param attributes by the semantic conventions of OpenTelemetry 1.44 for messaging and HTTP;
 *     texts, whole numbers and truth values
 * @param failure why it did not succeed, if it did not
 */
public record TraceSpan(
    String name,
    Kind kind,
    TraceContext context,
    Optional<TraceContext> parent,
    List<TraceContext> links,
    long startNanos,
    long endNanos,
    Map<String, Object> attributes,
    Optional<Failure> failure) {

  /** What a span is to the broker. */
  public enum Kind {
    /** It asks the broker for records. */
    CLIENT,
    /** It processes a record. */
    CONSUMER,
    /** It sends a record, which goes on with its context. */
    PRODUCER,
    /** It answers a request over HTTP. */
    SERVER,
    /** None of these. */
    INTERNAL
  }

  /**
   * Why a span did not succeed.
   *
   * @param type one of few, for {@code error.type}
   * @param message for people; may be empty
   */
  public record Failure(String type, String message) {

    /** A record that cannot be used. */
    public static Failure unusable(String reason) {
      return new Failure("unusable_record", reason);
    }
  }

  public TraceSpan {
    links = List.copyOf(links);
    attributes = Map.copyOf(attributes);
  }

  /** A span that succeeded. */
  TraceSpan(
      String name,
      Kind kind,
      TraceContext context,
      Optional<TraceContext> parent,
      List<TraceContext> links,
      long startNanos,
      long endNanos,
      Map<String, Object> attributes) {
    this(name, kind, context, parent, links, startNanos, endNanos, attributes, Optional.empty());
  }
}
