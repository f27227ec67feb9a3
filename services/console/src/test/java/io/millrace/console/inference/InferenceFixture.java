package io.millrace.console.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.console.parts.ConsoleConfig;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.scoring.answers.ServingLog;
import io.millrace.search.documents.TextVectorizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The routes of the protocol, by versions in memory: a real network and a real classifier. */
abstract class InferenceFixture {

  static final ObjectMapper JSON = new ObjectMapper();

  final Map<VersionId, ModelVersion> stored = new HashMap<>();
  final AtomicInteger loads = new AtomicInteger();
  final Settings settings =
      Settings.of(Map.of("console.inference.queue.max", "100", "console.inference.batch.max", "3"));
  final Inference inference =
      new Inference(
          settings,
          ConsoleConfig.from(settings),
          TextVectorizer.of(Analysis.STANDARD, Weighting.SCIKIT_LEARN),
          new StoredLog(),
          new CountingStore());

  @BeforeEach
  void publishVersions() {
    inference.models().pointerChanged("vision", Optional.empty());
    inference.models().pointerChanged("classifier", Optional.empty());
    publish(InferenceSamples.vision("vision", 7));
    publish(InferenceSamples.classifier(3));
    var counts =
        DocumentFrequencies.newBuilder()
            .setDocuments(2)
            .setTerms(List.of("meeting", "money"))
            .setCounts(List.of(1L, 1L))
            .setAnalysis(AnalysisFingerprint.of(Analysis.STANDARD.description()))
            .build();
    inference
        .corpus()
        .update(
            new FrequencyBlockKey(0, 0).toBytes(),
            AvroCodec.of(DocumentFrequencies.class).encode(counts));
  }

  @AfterEach
  void close() {
    inference.models().close();
  }

  final void publish(ModelVersion version) {
    stored.put(version.id(), version);
    inference.models().published(version);
  }

  final JsonNode infer(String model, String request) throws Exception {
    return JSON.readTree(
        answer(
                "/v2/models/{model}/infer",
                new TestRequest(Map.of("model", model), Map.of(), request.getBytes(UTF_8)))
            .body());
  }

  final JsonNode inferBy(String model, String version, String request) throws Exception {
    return JSON.readTree(
        answer(
                "/v2/models/{model}/versions/{version}/infer",
                new TestRequest(
                    Map.of("model", model, "version", version), Map.of(), request.getBytes(UTF_8)))
            .body());
  }

  final JsonNode get(String path, String... parameters) throws Exception {
    Map<String, String> named =
        parameters.length == 0 ? Map.of() : Map.of(parameters[0], parameters[1]);
    return JSON.readTree(answer(path, new TestRequest(named, Map.of(), new byte[0])).body());
  }

  final HttpResponse.Complete answer(String path, HttpRoute.Request request) throws Exception {
    HttpRoute route =
        inference.routes().stream().filter(it -> it.path().equals(path)).findFirst().orElseThrow();
    HttpResponse response = route.responder().respond(request);
    while (response instanceof HttpResponse.Deferred<?> later) {
      response = await(later);
    }
    return (HttpResponse.Complete) response;
  }

  private static <T> HttpResponse await(HttpResponse.Deferred<T> later) throws Exception {
    try {
      return later.response().apply(later.result().toCompletableFuture().get());
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  static void refused(
      int status, String problem, org.assertj.core.api.ThrowableAssert.ThrowingCallable request) {
    assertThatThrownBy(request)
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining(problem)
        .extracting(it -> ((HttpStatusException) it).status())
        .isEqualTo(status);
  }

  record TestRequest(Map<String, String> path, Map<String, String> headers, byte[] body)
      implements HttpRoute.Request {
    TestRequest(Map<String, String> path) {
      this(path, Map.of(), new byte[0]);
    }

    @Override
    public String pathParam(String name) {
      return path.getOrDefault(name, "");
    }

    @Override
    public Optional<String> queryParam(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  final class CountingStore implements ServedModels.Store {
    @Override
    public boolean has(VersionId version) {
      return stored.containsKey(version);
    }

    @Override
    public List<Long> versions(String model) {
      return stored.keySet().stream()
          .filter(it -> it.model().equals(model))
          .map(VersionId::number)
          .sorted()
          .toList();
    }

    @Override
    public Optional<ModelManifest> manifest(VersionId version) {
      return Optional.ofNullable(stored.get(version)).map(ModelVersion::manifest);
    }

    @Override
    public Optional<ModelVersion> load(VersionId version) {
      loads.incrementAndGet();
      return Optional.of(stored.get(version));
    }
  }

  /** The versions that were stored, as a log. */
  final class StoredLog implements ServingLog {
    @Override
    public Optional<ModelVersion> newest(String model, LongPredicate wanted) {
      return stored.values().stream()
          .filter(it -> it.id().model().equals(model) && wanted.test(it.id().number()))
          .max((a, b) -> Long.compare(a.id().number(), b.id().number()));
    }

    @Override
    public void first(String model, long version) {}

    @Override
    public void reportPassedOver(ServingDecision passedOver) {}
  }
}
