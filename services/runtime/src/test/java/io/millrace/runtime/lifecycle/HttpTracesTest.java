package io.millrace.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.metrics.TraceExemplars;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.tracing.RecordedSpans;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The spans of requests, and the exemplars of what is measured while they are answered. Who takes
 * the spans is the process's: one test at a time.
 */
@Execution(ExecutionMode.SAME_THREAD)
final class HttpTracesTest {

  private static final TraceContext CLIENT = TraceContext.root("a client");
  private static final String TOKEN = "token-of-the-test-0123456789";

  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, metrics, Clock.SYSTEM, new TraceExemplars());
  private final Timer timer =
      Timer.builder("answering")
          .serviceLevelObjectives(Duration.ofMillis(1), Duration.ofSeconds(10))
          .register(meters);
  private final RecordedSpans spans = new RecordedSpans();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpEndpoint http =
      new HttpEndpoint(
          Settings.of(Map.of("http.port", "0", "http.token", TOKEN)).common().http(),
          metrics,
          List.of(
              new ReadyService(
                  List.of(
                      new HttpRoute("/things/<id>", _ -> timer.record(() -> "{}")),
                      new HttpRoute(
                          "/broken",
                          _ -> {
                            throw new IllegalStateException("broken");
                          })))),
          Duration.ofSeconds(10));

  @AfterEach
  void close() {
    http.close();
    spans.close();
  }

  @Test
  void aRequestIsAServersSpanByItsRoute() throws Exception {
    send(request("/things/7?secret=1", CLIENT));

    TraceSpan span = spans.only("GET /things/{id}");
    assertThat(span.kind()).isEqualTo(TraceSpan.Kind.SERVER);
    assertThat(span.parent()).contains(CLIENT);
    assertThat(span.failure()).isEmpty();
    assertThat(span.attributes())
        .containsOnly(
            Map.entry("http.request.method", "GET"),
            Map.entry("http.route", "/things/{id}"),
            Map.entry("http.response.status_code", 200L),
            Map.entry("url.scheme", "http"),
            Map.entry("url.path", "/things/7"),
            Map.entry("server.address", "127.0.0.1"),
            Map.entry("server.port", (long) http.port()));
  }

  @Test
  void theServersFailureIsAnErrorAndTheClientsIsNone() throws Exception {
    send(request("/broken", CLIENT));
    send(request("/nothing", CLIENT.child("other")));
    send(request("/things/7", CLIENT.child("stranger")).setHeader("Authorization", "Bearer no"));

    TraceSpan broken = spans.only("GET /broken");
    assertThat(broken.failure()).contains(new TraceSpan.Failure("500", ""));
    assertThat(broken.attributes()).containsEntry("http.response.status_code", 500L);
    assertThat(spans.all())
        .filteredOn(it -> it.name().equals("GET"))
        .allMatch(it -> it.failure().isEmpty() && !it.attributes().containsKey("http.route"))
        .extracting(it -> it.attributes().get("http.response.status_code"))
        .containsExactly(404L, 401L);
  }

  @Test
  void aMethodThatNobodyKnowsIsNoName() throws Exception {
    send(request("/things/7", CLIENT).method("BREW", BodyPublishers.noBody()));

    assertThat(spans.only("HTTP").attributes())
        .containsEntry("http.request.method", "_OTHER")
        .containsEntry("http.request.method_original", "BREW");
  }

  @Test
  void whatIsNotRecordedOrNotOneContextHasNoSpan() throws Exception {
    send(request("/things/7", new TraceContext(CLIENT.traceId(), CLIENT.spanId(), 0)));
    send(request("/things/7", CLIENT).header("traceparent", CLIENT.child("b").toString()));
    send(request("/things/7", CLIENT).setHeader("traceparent", "ff" + CLIENT));

    assertThat(spans.all()).isEmpty();
  }

  @Test
  void aScrapeInOpenMetricsNamesTheTraceOfWhatWasMeasured() throws Exception {
    send(request("/things/7", CLIENT));
    TraceContext server = spans.only("GET /things/{id}").context();

    String open = scrape(Optional.of("application/openmetrics-text; version=1.0.0"));
    String text = scrape(Optional.of("text/plain"));

    assertThat(open.lines().filter(it -> it.startsWith("answering_seconds_bucket")))
        .anyMatch(it ->
            it.contains("trace_id=\"" + server.traceId() + "\"")
                && it.contains("span_id=\"" + server.spanId() + "\""));
    assertThat(text).contains("answering_seconds_bucket").doesNotContain("trace_id");
    assertThat(scrape(Optional.empty())).doesNotContain("trace_id");
  }

  @Test
  void whatIsMeasuredForARequestThatIsNotRecordedIsNoExemplar() throws Exception {
    send(request("/things/7", new TraceContext(CLIENT.traceId(), CLIENT.spanId(), 0)));

    assertThat(scrape(Optional.of("application/openmetrics-text; version=1.0.0")))
        .contains("answering_seconds_bucket")
        .doesNotContain("trace_id");
  }

  private String scrape(Optional<String> accept) throws Exception {
    HttpRequest.Builder request = request("/metrics");
    accept.ifPresent(it -> request.header("Accept", it));
    return send(request).body();
  }

  private HttpRequest.Builder request(String path, TraceContext trace) {
    return request(path).header("traceparent", trace.toString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
        .header("Authorization", "Bearer " + TOKEN);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
