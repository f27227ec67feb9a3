package io.millrace.console.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.console.ConsoleService;
import io.millrace.console.describe.JsonSchemaCheck;
import io.millrace.console.inference.InferenceSamples;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.ClassFigures;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.ConfusionCell;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
    for (ModelVersion version :
        List.of(
            InferenceSamples.vision("vision", 1),
            InferenceSamples.vision("vision", 2),
            InferenceSamples.classifier(1))) {
      kafka.sendAll(TestModels.records(kafka, version));
    }
    kafka.send(
        kafka.topics().documentFrequencies(),
        new FrequencyBlockKey(0, 0).toString(),
        DocumentFrequencies.newBuilder()
            .setDocuments(2)
            .setTerms(List.of("meeting", "money"))
            .setCounts(List.of(1L, 1L))
            .setAnalysis(AnalysisFingerprint.of(Analysis.STANDARD.description()))
            .build());
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
      assertThat(read.getFirst()).isEqualTo("retry: 2000");
      assertThat(read.get(1)).startsWith("id: ");
      assertThat(read.get(3)).startsWith("id: ");
      assertThat(read.get(4)).isEqualTo("event: prediction");
      assertThat(read.get(5)).startsWith("data: {\"subject\":\"image/heard\"");
      assertThat(read).filteredOn(it -> it.startsWith("event:")).hasSize(1);

      post("/v1/images/heard?wait=prediction", "image/png", SampleImages.png(5));
      HttpResponse<String> again =
          HTTP.send(
              request("/v1/predictions?subject=image%2Fheard&limit=1")
                  .header("Last-Event-ID", read.get(3).substring("id: ".length()))
                  .build(),
              BodyHandlers.ofString());
      assertThat(again.body()).contains("data: {\"subject\":\"image/heard\"");
    }
    for (String path : List.of("/v1/predictions", "/v1/events")) {
      HttpResponse<String> xml =
          HTTP.send(
              request(path).header("Accept", "application/xml").build(), BodyHandlers.ofString());
      assertThat(xml.statusCode()).as(path).isEqualTo(406);
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
            DeadLetters.headers(
                null,
                "text",
                new DeadLetters.Origin(documents, "", 0, 1_000_000, 17),
                "bad luck")));
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

    post("/v1/models/vision/promote", "application/json", "{\"version\":1}".getBytes(UTF_8));
    kafka.send(kafka.topics().evaluations(), "vision/1", evaluation());
    TestKafka.await(
        "the figures", () -> get("/v1/evaluations/vision/confusion").statusCode() == 200);

    List<String> asked = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      JsonNode answers = path.getValue().at("/get/responses/200/content");
      if (!answers.has("application/json")) {
        continue; // A POST, the page, or a stream alone.
      }
      HttpResponse<String> answer = get(example(path.getKey()));
      assertThat(answer.statusCode()).as(path.getKey() + ": " + answer.body()).isEqualTo(200);
      JsonNode json = JSON.readTree(answer.body());
      assertThat(check.ofAnswer("get", path.getKey(), 200, json)).as(path.getKey()).isEmpty();
      assertThat(json).as(path.getKey()).isNotEmpty();
      asked.add(path.getKey());
    }
    assertThat(asked)
        .contains(
            "/v1/evaluations/{model}/confusion",
            "/v1/evaluations/{model}/calibration",
            "/v1/models/{model}/history",
            "/v1/models/{model}/compare",
            "/v2/models/{model}/versions/{version}",
            "/v2/models/{model}/versions/{version}/ready",
            "/v2/health/ready");
    assertThat(get("/v2/").statusCode()).isEqualTo(200); // As KServe's document writes it.
    assertThat(get("/v1/models/vision/history").body()).contains("PROMOTED");
    assertThat(get("/v1/evaluations/vision/confusion").body()).contains("[[3,1],[0,2]]");
    assertThat(JSON.readTree(get("/asyncapi.json").body()).path("asyncapi").asText())
        .isEqualTo("3.0.0");
    String texts =
        "{\"id\":\"1\",\"inputs\":[{\"name\":\"texts\",\"datatype\":\"BYTES\",\"shape\":[1],"
            + "\"data\":[\"money\"]}]}";
    assertDescribed(
        check,
        "/v2/models/{model}/infer",
        post("/v2/models/classifier/infer", "application/json", texts.getBytes(UTF_8)));
    assertDescribed(
        check,
        "/v2/models/{model}/versions/{version}/infer",
        post("/v2/models/classifier/versions/1/infer", "application/json", texts.getBytes(UTF_8)));
  }

  /** A path of the document with parameters for which there is an answer. */
  private static String example(String path) {
    return path.replace("{model}", "vision")
            .replace("{version}", "1")
            .replace("{id}", "described")
            .replace("{partition}", "0")
            .replace("{offset}", "0")
        + (path.endsWith("/compare") ? "?a=1&b=2" : "");
  }

  private static Evaluation evaluation() {
    var figures =
        List.of(
            new ClassFigures("0", 4L, 3L, 3L, 1.0, 0.75),
            new ClassFigures("1", 2L, 3L, 2L, 0.67, 1.0));
    var details =
        new EvaluationDetails(
            0.3,
            5L,
            3L,
            0.5,
            0.6,
            0.5,
            0.6,
            0.1,
            List.of(new CalibrationBin(0L, 0L, 0.0), new CalibrationBin(6L, 5L, 4.8)),
            List.of(),
            figures,
            List.of(
                new ConfusionCell(0, 0, 3L),
                new ConfusionCell(0, 1, 1L),
                new ConfusionCell(1, 1, 2L)),
            List.of());
    return Evaluation.newBuilder()
        .setModel("vision")
        .setVersion(1)
        .setScope(Scope.PREQUENTIAL)
        .setWindowStart(Instant.ofEpochMilli(0))
        .setWindowEnd(Instant.ofEpochMilli(1000))
        .setCount(6)
        .setCorrect(5)
        .setAccuracy(5 / 6.0)
        .setLoss(0.3)
        .setLabelDelayMillis(10)
        .setVersionCount(6)
        .setVersionCorrect(5)
        .setModelCount(6)
        .setModelCorrect(5)
        .setVersionDetails(details)
        .setModelDetails(details)
        .build();
  }

  /** What the document names is the table of the routes. */
  @Test
  void eachPathSaysWhichMethodsItHas() throws Exception {
    JsonNode document = JSON.readTree(get("/openapi.json").body());
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      if (path.getKey().equals("/{file}")) {
        continue; // It takes what no other path has.
      }
      Set<String> allowed = new TreeSet<>(Set.of("OPTIONS"));
      path.getValue().fieldNames().forEachRemaining(it -> allowed.add(it.toUpperCase(Locale.ROOT)));
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")) {
        if (allowed.contains(method)) {
          continue;
        }
        HttpResponse<String> answer =
            HTTP.send(
                request(example(path.getKey())).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
        String what = method + " " + path.getKey();
        assertThat(answer.statusCode()).as(what).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow").orElse("").split(", "))
            .as(what)
            .containsExactlyInAnyOrderElementsOf(allowed);
      }
    }
  }

  @Test
  void theHeadOfWhatIsReadIsThatOfItsAnswer() throws Exception {
    for (String path :
        List.of("/", "/v1/models", "/v1/images/nobody", "/v2/models/nothing", "/v1/events")) {
      HttpResponse<String> head =
          HTTP.send(
              request(path).method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      int expected = path.equals("/v1/events") ? 200 : get(path).statusCode();
      assertThat(head.statusCode()).as(path).isEqualTo(expected);
      assertThat(head.body()).as(path).isEmpty();
    }
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
    assertThat(
            run(
                folder,
                "python3",
                client("millrace.py"),
                "--url",
                uri("").toString(),
                "ask",
                "--text",
                "the meeting"))
        .matches("(?s)ham 0\\.\\d+ by version 1\\s*");
    assertThat(
            run(
                folder,
                "python3",
                client("millrace.py"),
                "--url",
                uri("").toString(),
                "ask",
                image(folder)))
        .matches("(?s)[012] 0\\.\\d+ by version [12]\\s*");
  }

  @Test
  void theExampleWithCurlAsks(@TempDir Path folder) throws Exception {
    assumeTrue(runs("curl", "--version"), "there is no curl");

    String out = run(folder, "sh", client("ask.sh"), uri("").toString(), image(folder));

    assertThat(out)
        .contains("\"prediction\":{\"subject\":\"image/cats/2\"", "deadLetters")
        .contains("\"model_name\":\"vision\"", "\"data\":[\"ham\"]");
  }

  @Test
  void theExampleInJavaAsks(@TempDir Path folder) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    String out =
        run(folder, java, client("Ask.java"), uri("").toString(), "by/java", image(folder), "cat");

    assertThat(out)
        .contains("\"label\":\"cat\"", "\"topic\":\"" + kafka.topics().labels().name())
        .contains("\"model_name\":\"vision\"", "\"name\":\"probabilities\"");
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
