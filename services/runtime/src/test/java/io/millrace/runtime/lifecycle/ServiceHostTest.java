package io.millrace.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.streams.StreamsService;
import io.millrace.runtime.testing.TestKafka;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServiceHostTest {

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void runsATopologyAndShowsItsHealthAndMetrics() throws Exception {
    try (var kafka = new TestKafka()) {
      var settings = kafka.settings(Map.of());
      var topics = kafka.topics();
      var copy =
          new StreamsService(
              "copy", settings, copying(topics.images().name(), "copied"), registry -> {});
      kafka.admin().createTopics(List.of(newTopic("copied"))).all().get();

      try (var host = ServiceHost.start(settings, List.of(copy))) {
        TestKafka.await("readiness", host::ready);
        kafka.send(topics.images(), bytes("k"), bytes("v"));

        assertThat(kafka.await("copied", 1)).hasSize(1);
        assertThat(get(host, "/health/ready").statusCode()).isEqualTo(200);
        assertThat(get(host, "/health/live").body()).contains("\"copy\":{\"health\":\"READY\"}");
        assertThat(get(host, "/metrics").body())
            .contains("millrace_service_health{health=\"ready\",service=\"copy\"} 1.0")
            .contains("kafka_stream_")
            .contains("jvm_memory_used_bytes");
      }
    }
  }

  @Test
  void tellsTheFailureOfATopologyThatThrows() throws Exception {
    try (var kafka = new TestKafka()) {
      var settings = kafka.settings(Map.of());
      var failing =
          new StreamsService(
              "failing", settings, failing(kafka.topics().images().name()), registry -> {});

      try (var host = ServiceHost.start(settings, List.of(failing))) {
        kafka.send(kafka.topics().images(), bytes("k"), bytes("v"));

        assertThat(host.awaitTermination()).contains("failing: the wheel is stuck");
        assertThat(get(host, "/health/live").statusCode()).isEqualTo(503);
      }
    }
  }

  @Test
  void tellsTheErrorThatEndedAThreadOfATopology() throws Exception {
    try (var kafka = new TestKafka()) {
      var settings = kafka.settings(Map.of());
      var topology = failing(kafka.topics().images().name(), ServiceHostTest::recurse);
      var failing = new StreamsService("failing", settings, topology, registry -> {});

      try (var host = ServiceHost.start(settings, List.of(failing))) {
        kafka.send(kafka.topics().images(), bytes("k"), bytes("v"));

        assertThat(host.awaitTermination()).contains("failing: java.lang.StackOverflowError");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {StackOverflowError.class, OutOfMemoryError.class, NoClassDefFoundError.class})
  void tellsTheErrorThatEndedALoop(Class<? extends Error> type) throws Exception {
    Error error = type.getDeclaredConstructor().newInstance();
    var loop =
        new LoopService(
            "loop",
            service -> {
              service.setReady(true);
              throw error;
            });

    try (var host = ServiceHost.start(noPort(), List.of(loop))) {
      assertThat(host.awaitTermination()).contains("loop: " + error);
      assertThat(get(host, "/health/live").statusCode()).isEqualTo(503);
      assertThat(get(host, "/health/ready").statusCode()).isEqualTo(503);
    }
  }

  @Test
  void aLoopThatNoLongerGoesOnHasFailed() throws Exception {
    var stuck = new CountDownLatch(1);
    var loop =
        new LoopService(
            "stuck",
            service -> {
              service.setReady(true);
              service.progressed();
              awaitStop(stuck);
            });
    var settings = noPort().with(Map.of("watchdog.timeout.ms", "200"));

    try (var host = ServiceHost.start(settings, List.of(loop))) {
      assertThat(host.awaitTermination().orElseThrow()).startsWith("stuck: no progress for ");
      assertThat(get(host, "/health/live").statusCode()).isEqualTo(503);
      assertThat(get(host, "/metrics").body())
          .contains("millrace_service_standstill_seconds{service=\"stuck\"}");
      stuck.countDown();
    }
  }

  @Test
  void aFailureStaysUntilItWasScraped() throws Exception {
    var fail = new CountDownLatch(1);
    var loop =
        new LoopService(
            "loop",
            service -> {
              awaitStop(fail);
              throw new IllegalStateException("the wheel is stuck");
            });
    var settings = noPort().with(Map.of("failure.linger.ms", "600000"));
    var host = ServiceHost.start(settings, List.of(loop));
    get(host, "/metrics");
    fail.countDown();
    host.awaitTermination();

    var ending = Thread.ofPlatform().start(host::close);

    assertThat(get(host, "/metrics").body())
        .contains("millrace_service_health{health=\"failed\",service=\"loop\"} 1.0");
    ending.join();
  }

  @Test
  void aFailureThatNobodyScrapesEndsAtOnce() throws Exception {
    var loop =
        new LoopService(
            "loop",
            service -> {
              throw new IllegalStateException("the wheel is stuck");
            });
    var settings = noPort().with(Map.of("failure.linger.ms", "600000"));

    try (var host = ServiceHost.start(settings, List.of(loop))) {
      assertThat(host.awaitTermination()).isPresent();
    }
  }

  /** The console does so, for its page. */
  @Test
  @Timeout(60)
  void whoReadsTheGaugesHasNotScraped() throws Exception {
    var fail = new CountDownLatch(1);
    var loop =
        new LoopService(
            "loop",
            service -> {
              awaitStop(fail);
              throw new IllegalStateException("the wheel is stuck");
            });
    var settings = noPort().with(Map.of("failure.linger.ms", "600000"));

    try (var host = ServiceHost.start(settings, List.of(loop))) {
      host.metrics().find("millrace.service.health").gauges().forEach(it -> it.value());
      fail.countDown();
      assertThat(host.awaitTermination()).isPresent();
    }
  }

  @Test
  void refusesAPortThatIsTaken() throws Exception {
    try (var taken = new ServerSocket(0)) {
      var settings = Settings.of(Map.of("http.port", "" + taken.getLocalPort()));

      assertThatThrownBy(() -> ServiceHost.start(settings, List.of(new ReadyService(List.of()))))
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("http.port " + taken.getLocalPort());
    }
  }

  @Test
  void answersWhatServicesAnswer() throws Exception {
    var route =
        new HttpRoute(
            "/things/<id>/name",
            asked -> asked.pathParam("id") + "?" + asked.queryParam("as").orElse("none"));

    try (var host = ServiceHost.start(noPort(), List.of(new ReadyService(List.of(route))))) {
      var answer = get(host, "/things/a%2Fb%25c+%C3%A9/name?as=x%20y");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("a/b%c+é?x y");
      assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
      assertThat(get(host, "/things/a/b/name").body()).isEqualTo("a/b?none");
      assertThat(get(host, "/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void saysWhyAQuestionHasNoAnswer() throws Exception {
    var missing =
        new HttpRoute(
            "/missing",
            asked -> {
              throw HttpStatusException.notFound("no such thing");
            });
    var broken =
        new HttpRoute(
            "/broken",
            asked -> {
              throw new IllegalStateException("the wheel is stuck");
            });

    try (var host =
        ServiceHost.start(noPort(), List.of(new ReadyService(List.of(missing, broken))))) {
      assertThat(get(host, "/missing").statusCode()).isEqualTo(404);
      assertThat(get(host, "/missing").body()).isEqualTo("{\"error\":\"no such thing\"}");
      assertThat(get(host, "/broken").statusCode()).isEqualTo(500);
      assertThat(get(host, "/broken").body()).contains("the wheel is stuck");
    }
  }

  @Test
  void answersNothingForAServiceThatIsNotReady() throws Exception {
    var loop =
        new LoopService(
            "slow",
            service -> {
              while (!service.stopping()) {
                Thread.onSpinWait();
              }
            },
            List.of(new HttpRoute("/things", asked -> "[]")));

    try (var host = ServiceHost.start(noPort(), List.of(loop))) {
      assertThat(get(host, "/things").statusCode()).isEqualTo(503);
      assertThat(get(host, "/things").body()).contains("slow is not ready: STARTING");
    }
  }

  private static Settings noPort() {
    return Settings.of(Map.of("http.port", "0"));
  }

  private static Topology copying(String from, String to) {
    var builder = new StreamsBuilder();
    builder.stream(
            from, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("originals"))
        .to(to, Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("copies"));
    return builder.build();
  }

  private static void recurse() {
    recurse();
  }

  private static void awaitStop(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Topology failing(String from) {
    return failing(
        from,
        () -> {
          throw new IllegalStateException("the wheel is stuck");
        });
  }

  private static Topology failing(String from, Runnable failure) {
    var builder = new StreamsBuilder();
    builder.stream(from, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("input"))
        .foreach((key, value) -> failure.run(), Named.as("stuck"));
    return builder.build();
  }

  private static NewTopic newTopic(String name) {
    return new NewTopic(name, 1, (short) 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<String> get(ServiceHost host, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + host.httpPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
