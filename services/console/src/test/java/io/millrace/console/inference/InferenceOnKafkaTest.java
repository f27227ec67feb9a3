package io.millrace.console.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.ConsoleService;
import io.millrace.console.gateway.TestProcessContext;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.learning.vision.images.PngEncoder;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.scoring.ScoringService;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.documents.TextVectorizer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scoring and the console beside each other on a real broker: one record asked of both. */
final class InferenceOnKafkaTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TextVectorizer VECTORIZER =
      TextVectorizer.of(Analysis.STANDARD, Weighting.SCIKIT_LEARN);
  private static final DocumentFrequencies COUNTS =
      DocumentFrequencies.newBuilder()
          .setDocuments(3)
          .setTerms(List.of("meeting", "money"))
          .setCounts(List.of(2L, 1L))
          .setAnalysis(AnalysisFingerprint.of(Analysis.STANDARD.description()))
          .build();

  private final TestKafka kafka = new TestKafka();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Settings settings = kafka.settings(Map.of("scoring.batch.max.records", "4"));
  private ServiceHost host;

  @BeforeEach
  void start() {
    publish(InferenceSamples.vision("vision", 1));
    publish(InferenceSamples.classifier(2));
    kafka.send(
        kafka.topics().documentFrequencies(), new FrequencyBlockKey(0, 0).toString(), COUNTS);
    host =
        ServiceHost.start(
            settings,
            List.of(
                ScoringService.TYPE.create().apply(settings),
                ConsoleService.type(_ -> VECTORIZER, TestProcessContext.manual())
                    .create()
                    .apply(settings)));
    TestKafka.await("readiness", host::ready);
  }

  @AfterEach
  void end() {
    host.close();
    kafka.close();
  }

  @Test
  void aRecordHasTheSameNumbersByItsTopicAndOverHttp() throws Exception {
    int images = InferenceSamples.count();
    for (int i = 0; i < images; i++) {
      kafka.send(
          new ProducerRecord<>(
              kafka.topics().images().name(),
              Integer.toString(i).getBytes(UTF_8),
              InferenceSamples.png(i)));
    }
    kafka.send(kafka.topics().documentVectors(), "mail", vector("the money meeting"));

    Map<String, Prediction> predictions = predictions(images + 1);

    for (int i = 0; i < images; i++) {
      String file = Base64.getEncoder().encodeToString(InferenceSamples.png(i));
      JsonNode answer = infer("/v2/models/vision/infer", "images", file);
      Prediction prediction = predictions.get("image/" + i);
      assertThatAreTheSame(answer, prediction);
      assertThat(number(answer, "reconstruction_error", 0))
          .isEqualTo(prediction.getReconstructionError());
      assertThat(PngEncoder.encode(InferenceSamples.SHAPE, floats(answer), 0))
          .isEqualTo(reconstruction(i));
    }
    assertThatAreTheSame(
        infer("/v2/models/classifier/versions/2/infer", "texts", "the money meeting"),
        predictions.get("document/mail"));
  }

  @Test
  void bothStopWhenTheModelsAreMadeAgain() {
    String models = kafka.topics().models().name();

    kafka.makeAgain(models);

    for (String service : List.of("scoring", "console")) {
      TestKafka.await(
          service + " stops",
          () ->
              services()
                  .at("/" + service + "/failure")
                  .asText()
                  .contains(models + " was deleted and created again"));
    }
  }

  private JsonNode services() {
    URI health = URI.create("http://127.0.0.1:" + host.httpPort() + "/health/live");
    try {
      var answer = http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
      return JSON.readTree(answer.body()).path("services");
    } catch (Exception e) {
      throw new AssertionError(health + " does not answer", e);
    }
  }

  @Test
  void theConsoleFollowsWhatServesAndLoadsWhatIsNamed() throws Exception {
    String file = Base64.getEncoder().encodeToString(InferenceSamples.png(0));

    publish(InferenceSamples.vision("vision", 2));
    TestKafka.await(
        "version 2",
        () ->
            infer("/v2/models/vision/infer", "images", file)
                .get("model_version")
                .asText()
                .equals("2"));

    JsonNode named = infer("/v2/models/vision/versions/1/infer", "images", file);
    assertThat(named.get("model_version").asText()).isEqualTo("1");
    assertThat(get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");
    assertThat(get("/v2/models/vision/versions/9").statusCode()).isEqualTo(404);
    assertThat(get("/").body()).contains("<title>Millrace");
    assertThat(JSON.readTree(get("/openapi.json").body()).get("paths").fieldNames())
        .toIterable()
        .contains("/v2/models/{model}/versions/{version}/infer", "/");
    assertThat(host.metrics().scrape())
        .contains("millrace_console_inferences_total{model=\"vision\",service=\"console\"}");
  }

  private static void assertThatAreTheSame(JsonNode answer, Prediction prediction) {
    assertThat(answer.get("model_name").asText()).isEqualTo(prediction.getModel());
    assertThat(answer.get("model_version").asLong()).isEqualTo(prediction.getVersion());
    assertThat(output(answer, "labels").get(0).asText()).isEqualTo(prediction.getLabel());
    JsonNode classes = output(answer, "classes");
    assertThat(prediction.getClasses()).hasSize(classes.size());
    Map<String, Double> probabilities = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      probabilities.put(classes.get(i).asText(), number(answer, "probabilities", i));
    }
    for (ClassScore score : prediction.getClasses()) {
      assertThat(probabilities.get(score.getLabel())).isEqualTo(score.getProbability());
    }
  }

  private Map<String, Prediction> predictions(int count) {
    AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);
    Map<String, Prediction> predictions = new HashMap<>();
    for (var record : kafka.await(kafka.topics().predictions().name(), count)) {
      Prediction prediction = avro.decodeOrThrow(record.value());
      predictions.put(prediction.getSubject(), prediction);
    }
    return predictions;
  }

  private byte[] reconstruction(int image) {
    return kafka.committed(kafka.topics().reconstructions().name()).stream()
        .filter(record -> new String(record.key(), UTF_8).equals(Integer.toString(image)))
        .map(ConsumerRecord::value)
        .findFirst()
        .orElseThrow();
  }

  private static DocumentVector vector(String text) {
    var corpus = new QueryCorpus(VECTORIZER.analysis());
    corpus.update(
        new FrequencyBlockKey(0, 0).toBytes(),
        AvroCodec.of(DocumentFrequencies.class).encode(COUNTS));
    SparseVector vector = VECTORIZER.vectorize(text, corpus.corpus());
    return DocumentVector.newBuilder()
        .setTerms(vector.terms())
        .setWeights(vector.weights())
        .setCorpusSize(3)
        .setWeighing("scikit-learn")
        .setSource(new Source("documents", 0, 0L))
        .build();
  }

  private void publish(ModelVersion version) {
    kafka.sendAll(TestModels.records(kafka, version));
  }

  private JsonNode infer(String path, String input, String element) {
    ObjectNode request = JSON.createObjectNode();
    ObjectNode tensor =
        request.putArray("inputs").addObject().put("name", input).put("datatype", "BYTES");
    tensor.putArray("shape").add(1);
    tensor.putArray("data").add(element);
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(request.toString()))
                .build());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    try {
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new AssertionError(answer.body(), e);
    }
  }

  private HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + host.httpPort() + path);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request + " is not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static JsonNode output(JsonNode answer, String name) {
    for (JsonNode output : answer.get("outputs")) {
      if (output.get("name").asText().equals(name)) {
        return output.get("data");
      }
    }
    throw new AssertionError("no output " + name + " in " + answer);
  }

  private static double number(JsonNode answer, String name, int index) {
    return output(answer, name).get(index).doubleValue();
  }

  private static float[] floats(JsonNode answer) {
    JsonNode data = output(answer, "reconstruction");
    float[] floats = new float[data.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.parseFloat(data.get(i).asText());
    }
    return floats;
  }
}
