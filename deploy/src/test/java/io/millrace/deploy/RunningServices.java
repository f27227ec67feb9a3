package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.schemas.avro.Source;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * All services in this process, on a real broker, with records that pass through all of them, so
 * that every metric exists. Steps are small, so that versions appear soon. Shared by all tests.
 */
final class RunningServices implements AutoCloseable {

  private static final int RECORDS = 48;
  private static final int MOST_FEEDS = 6;

  private final TestKafka kafka = new TestKafka();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ServiceHost host;
  private int fed;

  private RunningServices() {
    Settings settings =
        kafka.settings(
            Map.ofEntries(
                Map.entry("vision.batch.size", "8"),
                Map.entry("vision.step.batches", "2"),
                Map.entry("classifier.batch.size", "8"),
                Map.entry("classifier.step.batches", "2"),
                Map.entry("embedding.batch.size", "8"),
                Map.entry("embedding.step.batches", "2"),
                Map.entry("embedding.merge.slice", "1"),
                Map.entry("embedding.min.count", "2"),
                Map.entry("scoring.anomaly.window", "8"),
                Map.entry("scoring.classifier.serving", "gated"),
                // With the shadow's metrics; the newest version answers by a decision.
                Map.entry("scoring.vision.serving", "gated"),
                Map.entry("scoring.drift.window", "10"),
                Map.entry("labelling.commit.interval.ms", "100"),
                Map.entry("evaluation.commit.interval.ms", "100"),
                Map.entry("evaluation.publish.interval.ms", "500")));
    List<Service> services =
        ServiceRegistry.ALL.stream().map(type -> type.create().apply(settings)).toList();
    followNewest(settings, "vision");
    host = ServiceHost.start(settings, services);
    feed();
    Stream.of("vision", "classifier").forEach(this::feedUntilEvaluated);
    compare();
    answerAsChallenger();
    // The metrics of garbage collection appear with the first collection.
    System.gc();
  }

  private static void followNewest(Settings settings, String model) {
    ServingChange.make(
        settings,
        model,
        _ ->
            Optional.of(
                new ServingDecision(
                    model, null, null, ServingReason.FOLLOWED, "test", "", "", "", null, null)));
  }

  /**
   * Feeds again if nothing was evaluated for ten seconds: all records so far may have been answered
   * before there was a version that knows a class, and none of these answers counts.
   */
  private void feedUntilEvaluated(String model) {
    String figure = "millrace_evaluation_accuracy{model=\"" + model + "\"}";
    for (int feeds = 1; !hasWithinTenSeconds(figure); feeds++) {
      assertThat(feeds).as("feeds that did not bring " + figure).isLessThan(MOST_FEEDS);
      feed();
    }
  }

  /** Compares the classifier's first version with a challenger, until the rules have seen it. */
  private void compare() {
    String evidence = "millrace_scoring_promotion_evidence{challenger=\"classifier-other\"";
    do {
      Instant now = Instant.now();
      kafka.send(
          kafka.topics().comparisons(),
          "classifier/0/classifier-other",
          new Comparison(
              "classifier",
              0L,
              "classifier-other",
              now,
              now.plusSeconds(1),
              0L,
              0L,
              1L,
              0L,
              0L,
              0L));
    } while (!hasWithinTenSeconds(evidence));
  }

  private boolean hasWithinTenSeconds(String figure) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!metrics().contains(figure) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    return metrics().contains(figure);
  }

  /** The first versions of vision answer as challengers to an image that nobody else answered. */
  private void answerAsChallenger() {
    for (long version = 0; version <= 2; version++) {
      var source = new Source(kafka.topics().images().name(), 0, 1_000_000L);
      var prediction =
          new Prediction(
              "image/challenge",
              "even",
              0.75,
              List.of(),
              "vision",
              version,
              null,
              "even",
              source,
              null,
              null);
      kafka.send(kafka.topics().shadowPredictions(), "challenge", prediction);
    }
    String figure = "millrace_evaluation_shadow_accuracy{model=\"vision\"}";
    assertThat(hasWithinTenSeconds(figure)).as(figure).isTrue();
  }

  /** The port of their metrics. */
  int port() {
    return host.httpPort();
  }

  /** Their metrics in Prometheus' text format. */
  String metrics() {
    return get("/metrics");
  }

  /** Asks the console about a text. */
  private void infer() {
    String text =
        """
        {"inputs": [{"name": "texts", "shape": [1], "datatype": "BYTES", "data": ["corn"]}]}\
        """;
    send(
        "/v2/models/classifier/infer",
        request -> request.POST(HttpRequest.BodyPublishers.ofString(text)));
  }

  private String get(String path) {
    return send(path, HttpRequest.Builder::GET);
  }

  private String send(String path, UnaryOperator<HttpRequest.Builder> how) {
    var request =
        how.apply(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)));
    try {
      return http.send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError(path + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while reading " + path, e);
    }
  }

  /**
   * Sends more images and documents with labels, and an unusable record of each kind; and sends
   * queries to search.
   */
  void feed() {
    kafka.sendAll(SampleRecords.records(kafka.topics(), fed, fed + RECORDS));
    fed += RECORDS;
    Stream.of("d0/vector", "d0/terms", "d0/similar", "similar?text=corn")
        .map("/documents/"::concat)
        .forEach(this::get);
    infer();
  }

  @Override
  public void close() {
    host.close();
    kafka.close();
  }

  /** Gives tests the shared instance, which is closed after the last test. */
  static final class Extension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
      return parameter.getParameter().getType() == RunningServices.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
      return test.getRoot()
          .getStore(Namespace.GLOBAL)
          .computeIfAbsent(RunningServices.class, type -> new RunningServices());
    }
  }
}
