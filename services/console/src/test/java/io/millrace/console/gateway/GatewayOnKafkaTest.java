package io.millrace.console.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.console.ConsoleService;
import io.millrace.console.describe.JsonSchemaCheck;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.search.documents.TextVectorizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is answered under {@code /v1}, with a broker. Scoring is a thread of this test. */
final class GatewayOnKafkaTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "hunter2-hunter2-hunter2";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static TestKafka kafka;
  private static ServiceHost host;
  private static Thread scorer;

  @BeforeAll
  static void start() {
    kafka = new TestKafka();
    Settings settings =
        kafka.settings(
            Map.of("http.port", "0", "http.token", SECRET, "kafka.client.id", "console-test"));
    Service console =
        ConsoleService.type(
                _ -> TextVectorizer.of(Analysis.STANDARD, Weighting.SCIKIT_LEARN),
                TestProcessContext.manual())
            .create()
            .apply(settings);
    host = ServiceHost.start(settings, List.of(console));
    TestKafka.await("the console to be ready", host::ready);
    scorer = Thread.ofVirtual().start(GatewayOnKafkaTest::score);
  }

  @AfterAll
  static void stop() {
    scorer.interrupt();
    host.close();
    kafka.close();
  }

  /** Answers every image with its label in the key and a reconstruction, as scoring does. */
  private static void score() {
    try (var consumer = kafka.consumer()) {
      List<TopicPartition> images =
          CommittedReader.partitions(consumer, kafka.topics().images().name());
      consumer.assign(images);
      consumer.seekToBeginning(images);
      while (!Thread.interrupted()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
          answer(record);
        }
      }
    } catch (InterruptException e) {
      // The test is over.
    }
  }

  private static void answer(ConsumerRecord<byte[], byte[]> image) {
    String id = new String(image.key(), UTF_8);
    var source = new Source(image.topic(), image.partition(), image.offset());
    var prediction =
        new Prediction(
            "image/" + id,
            "cat",
            0.75,
            List.of(new ClassScore("cat", 0.75, 1.5), new ClassScore("dog", 0.25, 0.5)),
            "vision",
            2L,
            0.125,
            null,
            source,
            0.5,
            null);
    kafka.send(kafka.topics().predictions(), prediction.getSubject(), prediction);
    var headers = new RecordHeaders();
    headers.add("ce_id", (Subject.coordinates(source) + "/reconstruction").getBytes(UTF_8));
    headers.add("millrace-model", "vision".getBytes(UTF_8));
    headers.add("millrace-version", "2".getBytes(UTF_8));
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().reconstructions().name(),
            null,
            id.getBytes(UTF_8),
            SampleImages.png(1),
            headers));
  }

  @Test
  void anImageIsAnsweredWithItsPredictionAndReconstruction() throws Exception {
    HttpResponse<String> answer =
        post("/v1/images/cats%2F1?wait=prediction", "image/png", SampleImages.png(3));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode json = JSON.readTree(answer.body());
    assertThat(json.path("topic").asText()).isEqualTo(kafka.topics().images().name());
    JsonNode prediction = json.path("prediction");
    assertThat(prediction.path("subject").asText()).isEqualTo("image/cats/1");
    assertThat(prediction.path("label").asText()).isEqualTo("cat");
    assertThat(prediction.path("probability").asDouble()).isEqualTo(0.75);
    assertThat(prediction.path("classes")).hasSize(2);
    assertThat(prediction.path("source").path("offset")).isEqualTo(json.path("offset"));
    assertThat(json.path("reconstruction").asText()).startsWith("data:image/png;base64,iVBOR");

    JsonNode shown = JSON.readTree(get("/v1/images/cats%2F1").body());
    assertThat(shown.path("image").asText()).startsWith("data:image/png;base64,");
    assertThat(shown.path("prediction").path("label").asText()).isEqualTo("cat");
    assertThat(shown.path("reconstruction").asText()).startsWith("data:image/png");
  }

  @Test
  @Timeout(60)
  void whoListensGetsThePredictionsOfASubject() throws Exception {
    HttpResponse<InputStream> stream =
        HTTP.send(
            request("/v1/predictions?subject=image%2Fheard&limit=1")
                .header("Accept", "text/event-stream")
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    TestKafka.await(
        "the client to be noticed",
        () -> host.metrics().scrape().contains("millrace_console_clients 1.0"));

    post("/v1/images/other", "image/png", SampleImages.png(4));
    post("/v1/images/heard", "image/png", SampleImages.png(4));

    try (var lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      List<String> read = lines.lines().filter(it -> !it.startsWith(":")).toList();
      assertThat(read.getFirst()).isEqualTo("event: prediction");
      assertThat(read.get(1)).startsWith("data: {\"subject\":\"image/heard\"");
      assertThat(read).filteredOn(it -> it.startsWith("event:")).hasSize(1);
    }
  }

  @Test
  void documentsLabelsAndDeletionsLieOnTheirTopics() throws Exception {
    HttpResponse<String> text =
        post("/v1/documents/mail-1", "text/plain; charset=utf-8", "red fox".getBytes(UTF_8));
    HttpResponse<String> labelled =
        post(
            "/v1/documents/mail-2",
            "application/json",
            "{\"text\":\"red hen\",\"label\":\"hen\"}".getBytes(UTF_8));
    HttpResponse<String> label =
        post(
            "/v1/labels",
            "application/json",
            "{\"subject\":\"document/mail-1\",\"label\":\"fox\"}".getBytes(UTF_8));
    HttpResponse<String> gone =
        HTTP.send(request("/v1/documents/mail-1").DELETE().build(), BodyHandlers.ofString());

    assertThat(
            List.of(
                text.statusCode(), labelled.statusCode(), label.statusCode(), gone.statusCode()))
        .containsOnly(202);
    List<ConsumerRecord<byte[], byte[]>> documents =
        kafka.committed(kafka.topics().documents().name());
    ConsumerRecord<byte[], byte[]> raw = at(documents, JSON.readTree(text.body()));
    assertThat(new String(raw.value(), UTF_8)).isEqualTo("red fox");
    assertThat(new String(raw.key(), UTF_8)).isEqualTo("mail-1");
    assertThat(new String(raw.headers().lastHeader("content-type").value(), UTF_8))
        .isEqualTo("text/plain; charset=utf-8");
    Document avro =
        AvroCodec.of(Document.class)
            .decodeOrThrow(at(documents, JSON.readTree(labelled.body())).value());
    assertThat(avro.getLabel()).isEqualTo("hen");
    assertThat(at(documents, JSON.readTree(gone.body())).value()).isNull();
    ConsumerRecord<byte[], byte[]> sent =
        at(kafka.committed(kafka.topics().labels().name()), JSON.readTree(label.body()));
    assertThat(new String(sent.key(), UTF_8)).isEqualTo("mail-1");
    assertThat(AvroCodec.of(Label.class).decodeOrThrow(sent.value()))
        .isEqualTo(new Label("document/mail-1", "fox"));
    TestKafka.await(
        "the deletion to be seen",
        () ->
            get("/v1/documents/mail-1").statusCode() == 404
                && get("/v1/documents/mail-2").statusCode() == 200);
    HttpResponse<String> similar = get("/v1/documents/mail-2/similar");
    assertThat(similar.statusCode()).isEqualTo(503);
    assertThat(similar.body()).contains("search answers this, and does not run in this process");
  }

  @Test
  void modelsAreListedComparedAndPromoted() throws Exception {
    for (long version = 1; version <= 2; version++) {
      kafka.sendAll(
          TestModels.records(
              kafka, TestModels.version("vision", version, List.of("cat"), new byte[] {1, 2})));
    }
    TestKafka.await("both versions", () -> get("/v1/models").body().contains("\"newest\":2"));

    HttpResponse<String> promoted =
        post(
            "/v1/models/vision/promote",
            "application/json",
            "{\"version\":1,\"note\":\"ok\"}".getBytes(UTF_8));
    HttpResponse<String> refused =
        post("/v1/models/vision/promote", "application/json", "{\"version\":9}".getBytes(UTF_8));

    assertThat(promoted.statusCode()).as(promoted.body()).isEqualTo(200);
    assertThat(promoted.body())
        .contains("\"version\":1", "\"reason\":\"PROMOTED\"", "\"note\":\"ok\"");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("version 9 of vision is not published");
    TestKafka.await(
        "the pointer",
        () ->
            get("/v1/models").body().contains("\"serving\":{\"model\":\"vision\",\"version\":1}"));
    assertThat(get("/v1/models").body()).contains("\"policy\":\"manual\"", "\"servable\":true");
    assertThat(get("/v1/models/vision/history").body()).contains("\"by\":\"console\"");
    assertThat(get("/v1/models/vision/compare?a=1&b=2").body()).contains("\"differences\":[]");
    assertThat(get("/v1/models/vision/compare?a=1&b=7").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeadLetterIsSentAgainOnce() throws Exception {
    String documents = kafka.topics().documents().name();
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().deadLetters().name(),
            0,
            "mail-9".getBytes(UTF_8),
            "red fox".getBytes(UTF_8),
            DeadLetters.headers(null, "text", documents, 0, 1_000_000, 17, "bad luck")));
    TestKafka.await("the letter", () -> get("/v1/dead-letters").body().contains("bad luck"));
    JsonNode letter = JSON.readTree(get("/v1/dead-letters").body()).path("deadLetters").get(0);
    assertThat(letter.path("topic").asText()).isEqualTo("documents");
    assertThat(letter.path("valueBase64").asText()).isEqualTo("cmVkIGZveA==");
    String path =
        "/v1/dead-letters/%d/%d/replay?superseded"
            .formatted(letter.path("partition").asInt(), letter.path("offset").asLong());

    HttpResponse<String> first = post(path, "application/json", new byte[0]);
    HttpResponse<String> second = post(path, "application/json", new byte[0]);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    assertThat(first.body()).contains("\"sent\":1");
    assertThat(second.body()).contains("\"sent\":0", "\"replayed\":1");
    TestKafka.await(
        "the marker", () -> get("/v1/dead-letters").body().contains("\"replayed\":true"));
    assertThat(
            post("/v1/dead-letters/0/99999/replay", "application/json", new byte[0]).statusCode())
        .isEqualTo(404);
  }

  @Test
  void settingsHideSecrets() {
    String settings = get("/v1/settings").body();

    assertThat(settings)
        .contains("\"name\":\"http.token\",\"value\":\"(hidden)\"", "kafka.client.id")
        .doesNotContain(SECRET);
  }

  @Test
  void theFlowNamesTopicsAndServices() {
    String flow = get("/v1/flow").body();

    assertThat(flow).contains("\"console\":{\"health\":\"READY\"", "\"images\":{\"rate\":");
  }

  /** What is served is described, and what is described is served. */
  @Test
  void answersAreAsTheOpenApiDocumentSays() throws Exception {
    JsonNode document = JSON.readTree(get("/openapi.json").body());
    var check = new JsonSchemaCheck(document);
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .forEach(operation ->
                    assertThat(operation.path("summary").asText()).as(path.getKey()).isNotEmpty()));
    assertDescribed(
        check,
        "/v1/images/{id}",
        post("/v1/images/described?wait=prediction", "image/png", SampleImages.png(1)));
    assertDescribed(
        check, "/v1/images/{id}", post("/v1/images/other", "image/png", SampleImages.png(1)));
    assertDescribed(
        check,
        "/v1/documents/{id}",
        post("/v1/documents/described", "text/plain", "red fox".getBytes(UTF_8)));
    String label = "{\"subject\":\"document/described\",\"label\":\"fox\"}";
    for (String body : List.of(label, "[" + label + "," + label + "]")) {
      assertDescribed(
          check, "/v1/labels", post("/v1/labels", "application/json", body.getBytes(UTF_8)));
    }
    TestKafka.await("the document", () -> get("/v1/documents/described").statusCode() == 200);

    for (String path :
        List.of(
            "/v1/predictions",
            "/v1/recent/images",
            "/v1/recent/documents",
            "/v1/dead-letters",
            "/v1/evaluations",
            "/v1/models",
            "/v1/flow",
            "/v1/settings",
            "/v2")) {
      JsonNode answer = JSON.readTree(get(path).body());
      assertThat(check.ofAnswer("get", path, 200, answer)).as(path).isEmpty();
      assertThat(answer).as(path).isNotEmpty();
    }
    for (String kind : List.of("images", "documents")) {
      assertThat(
              check.ofAnswer(
                  "get",
                  "/v1/" + kind + "/{id}",
                  200,
                  JSON.readTree(get("/v1/" + kind + "/described").body())))
          .isEmpty();
    }
    assertThat(JSON.readTree(get("/asyncapi.json").body()).path("asyncapi").asText())
        .isEqualTo("3.0.0");
  }

  private static void assertDescribed(
      JsonSchemaCheck check, String path, HttpResponse<String> answer) throws IOException {
    JsonNode body = JSON.readTree(answer.body());
    assertThat(check.ofAnswer("post", path, answer.statusCode(), body)).as(path).isEmpty();
  }

  @Test
  void withoutATokenNothingIsWritten() throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(uri("/v1/documents/x"))
                .POST(BodyPublishers.ofString("red fox"))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @Test
  void theExampleInPythonAsks(@TempDir Path folder) throws Exception {
    assumeTrue(runs("python3", "--version"), "there is no python3");

    String out =
        run(
            folder,
            "python3",
            client("millrace.py"),
            "--url",
            uri("").toString(),
            "image",
            "by/python",
            image(folder));

    assertThat(out).contains("cat 0.75 by version 2");
  }

  @Test
  void theExampleWithCurlAsks(@TempDir Path folder) throws Exception {
    assumeTrue(runs("curl", "--version"), "there is no curl");

    String out = run(folder, "sh", client("ask.sh"), uri("").toString(), image(folder));

    assertThat(out).contains("\"prediction\":{\"subject\":\"image/cats/2\"", "deadLetters");
  }

  @Test
  void theExampleInJavaAsks(@TempDir Path folder) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    String out =
        run(folder, java, client("Ask.java"), uri("").toString(), "by/java", image(folder), "cat");

    assertThat(out).contains("\"label\":\"cat\"", "\"topic\":\"" + kafka.topics().labels().name());
  }

  private static String client(String file) {
    return Path.of("../../docs/clients", file).toAbsolutePath().normalize().toString();
  }

  private static String image(Path folder) throws IOException {
    return Files.write(folder.resolve("image.png"), SampleImages.png(2)).toString();
  }

  private static boolean runs(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(Path folder, String... command) throws Exception {
    var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(folder.toFile());
    builder.environment().put("MILLRACE_HTTP_TOKEN", SECRET);
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out;
  }

  private static ConsumerRecord<byte[], byte[]> at(
      List<ConsumerRecord<byte[], byte[]>> records, JsonNode place) {
    return records.stream()
        .filter(it ->
            it.partition() == place.path("partition").asInt()
                && it.offset() == place.path("offset").asLong())
        .findFirst()
        .orElseThrow();
  }

  private static URI uri(String path) {
    return URI.create("http://localhost:" + host.httpPort() + path);
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + SECRET);
  }

  private static HttpResponse<String> get(String path) {
    try {
      return HTTP.send(
          request(path).header("Accept", "application/json").build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
    return HTTP.send(
        request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)).build(),
        BodyHandlers.ofString());
  }
}
