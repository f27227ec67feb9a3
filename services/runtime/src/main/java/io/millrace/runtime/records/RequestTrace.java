package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The trace of a request over HTTP, if the request says that its trace is recorded and spans are
 * exported: the span of the server, by the <a
 * href="https://opentelemetry.io/docs/specs/semconv/http/http-spans/">conventions for HTTP</a>, and
 * below it those of the records that the request sends. Ids are drawn at random: a client may
 * repeat a request with the same context. For one thread at a time.
 */
public final class RequestTrace {

  private static final Set<String> METHODS =
      Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

  private static final int SERVER_ERROR = 500;

  private final Headers headers;
  private final long began = Traces.now();
  private final Optional<TraceContext> parent;
  private final Optional<TraceContext> server;
  private int records;

  private RequestTrace(Headers headers) {
    this.headers = headers;
    this.parent = Traces.sampled(headers);
    this.server = parent.map(it -> it.child("request/" + UUID.randomUUID()));
  }

  /**
   * The trace of a request.
   *
   * @param parents the headers {@code traceparent}; with more than one there is no trace
   * @param states the headers {@code tracestate}, which are one together
   */
  public static RequestTrace of(List<String> parents, List<String> states) {
    var headers = new RecordHeaders();
    if (parents.size() == 1) {
      headers.add(TraceContext.TRACEPARENT, parents.getFirst().getBytes(StandardCharsets.UTF_8));
      if (!states.isEmpty()) {
        headers.add(TraceState.NAME, String.join(",", states).getBytes(StandardCharsets.UTF_8));
      }
    }
    return new RequestTrace(headers);
  }

  /** The span that answers the request. */
  public Optional<TraceContext> context() {
    return server;
  }

  /**
   * Continues the trace in the headers of a record that is made of the request.
   *
   * @param made the record's headers
   * @param topic of the record
   */
  public void send(Headers made, String topic) {
    if (server.isPresent()) {
      TraceContext send = server.get().child("send/" + topic + "/" + records++);
      made.add(new SendHeader(send, server.get(), List.of(), Traces.now()));
      Traces.passState(headers, made);
    } else {
      Traces.passUnrecorded(headers, made);
    }
  }

  /**
   * How a request was asked and answered.
   *
   * @param method as it was sent
   * @param scheme {@code http} or {@code https}
   * @param path as it was sent, without the query
   * @param route the route that answered, without what a client has chosen; empty if none did
   * @param host which the client has asked
   * @param port which the client has asked
   * @param status of the response
   */
  public record Exchange(
      String method, String scheme, String path, String route, String host, int port, int status) {}

  /** The request was answered. */
  public void answered(Exchange exchange) {
    if (server.isEmpty()) {
      return;
    }
    boolean isKnown = METHODS.contains(exchange.method());
    String method = isKnown ? exchange.method() : "_OTHER";
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("http.request.method", method);
    if (!isKnown) {
      attributes.put("http.request.method_original", exchange.method());
    }
    attributes.put("url.scheme", exchange.scheme());
    attributes.put("url.path", exchange.path());
    attributes.put("server.address", exchange.host());
    attributes.put("server.port", (long) exchange.port());
    attributes.put("http.response.status_code", (long) exchange.status());
    if (!exchange.route().isEmpty()) {
      attributes.put("http.route", exchange.route());
    }
    String called = isKnown ? method : "HTTP";
    Traces.export(
        new TraceSpan(
            exchange.route().isEmpty() ? called : called + " " + exchange.route(),
            TraceSpan.Kind.SERVER,
            server.get(),
            parent,
            List.of(),
            began,
            Traces.now(),
            attributes,
            exchange.status() < SERVER_ERROR
                ? Optional.empty()
                : Optional.of(new TraceSpan.Failure(Integer.toString(exchange.status()), ""))));
  }
}
