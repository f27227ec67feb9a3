package io.millrace.console.inference;

import static io.millrace.console.inference.InferenceSamples.SHAPE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.parts.ConsoleConfig;
import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageDecoder;
import io.millrace.learning.vision.kernels.KernelPredictor;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.records.RequestTrace;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.search.documents.TextVectorizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

final class InferenceRoutesTest extends InferenceFixture {

  @Test
  void tellsAboutItselfAsTheProtocolDocuments() throws Exception {
    assertThat(get("/v2").toString())
        .isEqualTo(
            "{\"name\":\"millrace\",\"version\":\"0.1.0\",\"extensions\":[\"binary_tensor_data\"]}");
    assertThat(get("/v2/health/live").toString()).isEqualTo("{\"live\":true}");
    assertThat(get("/v2/models/{model}/ready", "model", "vision").toString())
        .isEqualTo("{\"name\":\"vision\",\"ready\":true}");
    assertThat(get("/v2/models/{model}", "model", "vision").toString())
        .isEqualTo(
            ("{'name':'vision','versions':['7'],'platform':'millrace_safetensors',"
                    + "'inputs':[{'name':'images','datatype':'FP32','shape':[-1,1,12,12]}],"
                    + "'outputs':[{'name':'labels','datatype':'BYTES','shape':[-1]},"
                    + "{'name':'probabilities','datatype':'FP64','shape':[-1,3]},"
                    + "{'name':'classes','datatype':'BYTES','shape':[3]},"
                    + "{'name':'reconstruction','datatype':'FP32','shape':[-1,1,12,12]},"
                    + "{'name':'reconstruction_error','datatype':'FP64','shape':[-1]}]}")
                .replace('\'', '"'));
    assertThat(get("/v2/models/{model}", "model", "classifier").at("/inputs/0").toString())
        .isEqualTo("{\"name\":\"texts\",\"datatype\":\"BYTES\",\"shape\":[-1]}");
  }

  @Test
  void whoAnswersLaterDoesNotAskTheRequestForItsTrace() throws Exception {
    String request =
        """
        {"inputs": [{"name": "images", "shape": [1, 1, 12, 12], "datatype": "FP32", "data": %s}]}
        """
            .formatted(Collections.nCopies(144, 0));
    Set<Thread> asking = ConcurrentHashMap.newKeySet();
    HttpRoute.Request asked =
        new HttpRoute.Request() {
          @Override
          public String pathParam(String name) {
            return "vision";
          }

          @Override
          public Optional<String> queryParam(String name) {
            return Optional.empty();
          }

          @Override
          public Optional<String> header(String name) {
            return Optional.empty();
          }

          @Override
          public byte[] body() {
            return request.getBytes(UTF_8);
          }

          @Override
          public RequestTrace trace() {
            asking.add(Thread.currentThread());
            return RequestTrace.of(List.of(), List.of());
          }
        };

    answer("/v2/models/{model}/infer", asked);

    assertThat(asking).containsExactly(Thread.currentThread());
  }

  @Test
  void answersARequestAsTheProtocolDocuments() throws Exception {
    String request =
        """
        {"id": "42",
         "inputs": [{"name": "texts", "shape": [2], "datatype": "BYTES",
                     "data": ["the meeting", "money money"]}],
         "outputs": [{"name": "labels"}]}
        """;

    assertThat(infer("classifier", request).toString())
        .isEqualTo(
            "{\"model_name\":\"classifier\",\"model_version\":\"3\",\"id\":\"42\",\"outputs\":"
                + "[{\"name\":\"labels\",\"shape\":[2],\"datatype\":\"BYTES\","
                + "\"data\":[\"ham\",\"spam\"]}]}");
  }

  /** Texts and files as MLServer's StringCodec and Base64Codec send them, numbers as NumpyCodec. */
  @Test
  void answersWhatTheCodecsOfMlserverSend() throws Exception {
    String texts =
        """
        {"parameters": {"content_type": "str"},
         "inputs": [{"name": "texts", "shape": [2, 1], "datatype": "BYTES",
                     "parameters": {"content_type": "str"},
                     "data": ["the meeting", "money money"]}]}
        """;
    String png =
        new String(Base64.getMimeEncoder().encode(InferenceSamples.png(0)), UTF_8)
            .replace("\r\n", "\\n");
    String files =
        """
        {"inputs": [{"name": "images", "shape": [1, 1], "datatype": "BYTES",
                     "parameters": {"content_type": "base64"}, "data": ["%s"]}]}
        """
            .formatted(png);
    String numbers =
        floats(Arrays.copyOf(InferenceSamples.pixels(), SHAPE.size()), 1, 1, 12, 12)
            .replace("FP32", "FP64");

    assertThat(output(infer("classifier", texts), "labels").get("data").toString())
        .isEqualTo("[\"ham\",\"spam\"]");
    JsonNode alone = infer("vision", file(InferenceSamples.png(0)));
    assertThat(output(infer("vision", files), "probabilities"))
        .isEqualTo(output(alone, "probabilities"));
    assertThat(output(infer("vision", numbers), "probabilities"))
        .isEqualTo(output(alone, "probabilities"));
  }

  @Test
  void theNumbersAreTheNetworksBitForBitHoweverTheyAreAsked() throws Exception {
    int count = InferenceSamples.count();
    NetworkOutput expected;
    try (VisionPredictor predictor = new KernelPredictor(InferenceSamples.NETWORK.firstWeights())) {
      expected = predictor.predict(new ImageBatch(SHAPE, count, InferenceSamples.pixels()));
    }

    JsonNode whole = infer("vision", floats(InferenceSamples.pixels(), count, 1, 12, 12));

    assertThat(numbers(output(whole, "reconstruction")))
        .isEqualTo(doubles(expected.reconstructions()));
    assertThat(output(whole, "reconstruction").get("shape").toString())
        .isEqualTo("[%d,1,12,12]".formatted(count));
    for (int i = 0; i < count; i++) {
      int from = i * SHAPE.size();
      float[] one = Arrays.copyOfRange(InferenceSamples.pixels(), from, from + SHAPE.size());
      for (String request :
          List.of(floats(one, 1, 144), floats(one, 1, 12, 12), file(InferenceSamples.png(i)))) {
        JsonNode alone = infer("vision", request);
        for (String name : List.of("probabilities", "reconstruction", "reconstruction_error")) {
          double[] all = numbers(output(whole, name));
          int row = all.length / count;
          assertThat(numbers(output(alone, name)))
              .isEqualTo(Arrays.copyOfRange(all, i * row, (i + 1) * row));
        }
        assertThat(output(alone, "labels").at("/data/0"))
            .isEqualTo(output(whole, "labels").get("data").get(i));
      }
    }
  }

  @Test
  void probabilitiesAreInTheOrderOfTheClasses() throws Exception {
    JsonNode answer = infer("classifier", texts("money", "the meeting", "nothing known"));

    assertThat(output(answer, "classes").get("data").toString()).isEqualTo("[\"spam\",\"ham\"]");
    double[] probabilities = numbers(output(answer, "probabilities"));
    assertThat(probabilities[0]).isGreaterThan(0.7).isEqualTo(probabilities[3]);
    assertThat(probabilities[0] + probabilities[1]).isEqualTo(1);
    assertThat(output(answer, "labels").get("data").toString())
        .isEqualTo("[\"spam\",\"ham\",\"\"]");
    assertThat(Arrays.copyOfRange(probabilities, 4, 6)).containsExactly(0, 0);
  }

  @Test
  void tensorsGoInAndOutAsBinary() throws Exception {
    ObjectNode request = (ObjectNode) JSON.readTree(floats(new float[0], 1, 144));
    ObjectNode input = (ObjectNode) request.at("/inputs/0");
    input.remove("data");
    input.putObject("parameters").put("binary_data_size", 576);
    request.putObject("parameters").put("binary_data_output", true);
    ArrayNode outputs = request.putArray("outputs");
    outputs.addObject().put("name", "labels");
    outputs.addObject().put("name", "reconstruction");
    outputs.addObject().put("name", "classes").putObject("parameters").put("binary_data", false);
    outputs.addObject().put("name", "probabilities");
    byte[] json = JSON.writeValueAsBytes(request);
    ByteBuffer body = ByteBuffer.allocate(json.length + 576).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json).asFloatBuffer().put(InferenceSamples.pixels(), 0, 144);

    HttpResponse.Complete answer =
        answer(
            "/v2/models/{model}/infer",
            new TestRequest(
                Map.of("model", "vision"),
                Map.of("Inference-Header-Content-Length", Integer.toString(json.length)),
                body.array()));

    int length = Integer.parseInt(answer.headers().get("Inference-Header-Content-Length"));
    JsonNode head = JSON.readTree(answer.body(), 0, length);
    JsonNode inJson =
        infer("vision", floats(Arrays.copyOf(InferenceSamples.pixels(), 144), 1, 144));
    assertThat(output(head, "classes").has("data")).isTrue();
    assertThat(output(head, "labels").has("data")).isFalse();
    ByteBuffer rest =
        ByteBuffer.wrap(answer.body(), length, answer.body().length - length)
            .order(ByteOrder.LITTLE_ENDIAN);
    String label = output(inJson, "labels").at("/data/0").asText();
    assertThat(rest.getInt()).isEqualTo(label.length());
    byte[] bytes = new byte[label.length()];
    rest.get(bytes);
    assertThat(new String(bytes, UTF_8)).isEqualTo(label);
    for (double pixel : numbers(output(inJson, "reconstruction"))) {
      assertThat((double) rest.getFloat()).isEqualTo(pixel);
    }
    for (double probability : numbers(output(inJson, "probabilities"))) {
      assertThat(rest.getDouble()).isEqualTo(probability);
    }
    assertThat(rest.hasRemaining()).isFalse();
  }

  @Test
  void aNamedVersionIsLoadedOnceAndAFewAreKept() throws Exception {
    for (long version = 1; version <= 3; version++) {
      stored.put(new VersionId("vision", version), InferenceSamples.vision("vision", version));
    }
    String request = floats(new float[144], 1, 144);

    for (String version : List.of("1", "2", "1", "3", "1", "2")) {
      assertThat(inferBy("vision", version, request).get("model_version").asText())
          .isEqualTo(version);
    }

    // The second was the least recently asked one when the third came.
    assertThat(loads).hasValue(4);
  }

  /** Whoever only reads makes no version come, and none go. */
  @Test
  void askingAboutAVersionDoesNotLoadIt() throws Exception {
    stored.put(new VersionId("vision", 1), InferenceSamples.vision("vision", 1));
    String path = "/v2/models/{model}/versions/{version}";
    var asked = new TestRequest(Map.of("model", "vision", "version", "1"), Map.of(), new byte[0]);

    assertThat(JSON.readTree(answer(path + "/ready", asked).body()).get("ready").asBoolean())
        .isTrue();
    JsonNode byManifest = JSON.readTree(answer(path, asked).body());
    assertThat(loads).hasValue(0);

    inferBy("vision", "1", floats(new float[144], 1, 144));
    assertThat(JSON.readTree(answer(path, asked).body())).isEqualTo(byManifest);
    assertThat(byManifest.at("/inputs/0/shape").toString()).isEqualTo("[-1,1,12,12]");
    assertThat(byManifest.at("/outputs/1/shape").toString()).isEqualTo("[-1,3]");
    assertThat(loads).hasValue(1);
    var classifier = new TestRequest(Map.of("model", "classifier", "version", "3"));
    assertThat(JSON.readTree(answer(path, classifier).body()))
        .isEqualTo(get("/v2/models/{model}", "model", "classifier"));
  }

  /** A build that did not write the shape into its manifest. */
  @Test
  void aVersionThatDoesNotSayItsShapeTellsItOnceItIsLoaded() throws Exception {
    ModelVersion version = InferenceSamples.vision("vision", 1);
    ModelManifest bare =
        ModelManifest.newBuilder(version.manifest()).setSettings(Map.of("width", "12")).build();
    stored.put(version.id(), new ModelVersion(bare, version.bytes(), version.published()));
    String path = "/v2/models/{model}/versions/{version}";
    var asked = new TestRequest(Map.of("model", "vision", "version", "1"));

    refused(503, "vision@1 is not loaded", () -> answer(path, asked));
    inferBy("vision", "1", floats(new float[144], 1, 144));

    assertThat(JSON.readTree(answer(path, asked).body()).at("/inputs/0/shape").toString())
        .isEqualTo("[-1,1,12,12]");
  }

  @Test
  void metadataNameAllVersionsThatCanBeAsked() throws Exception {
    for (long version : new long[] {2, 10, 5}) {
      stored.put(new VersionId("vision", version), InferenceSamples.vision("vision", version));
    }

    JsonNode serves = get("/v2/models/{model}", "model", "vision");

    // Of version 10 the manifest has not come yet: 7 is the newest that was published.
    assertThat(serves.get("versions").toString()).isEqualTo("[\"2\",\"5\",\"7\"]");
    for (JsonNode version : serves.get("versions")) {
      var asked = new TestRequest(Map.of("model", "vision", "version", version.asText()));
      JsonNode named = JSON.readTree(answer("/v2/models/{model}/versions/{version}", asked).body());
      assertThat(named.get("versions")).isEqualTo(serves.get("versions"));
    }
    var unknown = new TestRequest(Map.of("model", "vision", "version", "4"));
    for (String path : List.of("", "/ready")) {
      refused(
          404,
          "no version 4 of vision",
          () -> answer("/v2/models/{model}/versions/{version}" + path, unknown));
    }
  }

  @Test
  void aModelThatCannotAnswerIsNotReadyAndSaysWhy() throws Exception {
    inference.models().pointerChanged("vision", Optional.empty());
    stored.put(
        new VersionId("vision", 1),
        TestModels.version("vision", 1, List.of("0"), "no tensors".getBytes(UTF_8)));
    refused(409, "cannot be used", () -> inferBy("vision", "1", floats(new float[144], 1, 144)));

    HttpResponse.Complete broken =
        answer(
            "/v2/models/{model}/versions/{version}/ready",
            new TestRequest(Map.of("model", "vision", "version", "1")));

    assertThat(broken.status()).isEqualTo(409);
    JsonNode json = JSON.readTree(broken.body());
    assertThat(json.get("name").asText()).isEqualTo("vision");
    assertThat(json.get("ready").asBoolean()).isFalse();
    assertThat(json.get("error").asText()).contains("cannot be used");
  }

  @Test
  void aVersionThatCannotBeUsedIsReadOnce() {
    stored.put(
        new VersionId("vision", 1),
        TestModels.version("vision", 1, List.of("0"), "no tensors".getBytes(UTF_8)));
    String request = floats(new float[144], 1, 144);

    refused(409, "cannot be used", () -> inferBy("vision", "1", request));
    refused(409, "cannot be used", () -> inferBy("vision", "1", request));
    assertThat(loads).hasValue(1);
  }

  @Test
  void anAnswerThatIsTooLargeIsRefused() {
    var request = new InferRequest(Optional.empty(), List.of(), List.of(), false);
    var answer =
        new InferAnswer(
            new VersionId("vision", 1),
            List.of(
                new OutputTensor.Floats(
                    "reconstruction", TensorShape.of(100_000), new float[100_000], 0)));

    assertThat(InferResponseWriter.write(request, answer, 500_000)).isNotNull();
    refused(
        400, "more than 300000 bytes", () -> InferResponseWriter.write(request, answer, 300_000));
  }

  /** An image of one colour is a small file: its pixels are counted, not its bytes. */
  @Test
  void theImagesOfARequestHaveABoundOfPixelsTogether() {
    var limits = new InferenceLimits(3, 100, 1 << 20);
    var input = new ImageInput(new ImageDecoder.PixelLimit(144, "images.max.pixels"), limits);
    byte[] file = InferenceSamples.png(0);

    assertThat(input.pixels(files(Collections.nCopies(4, file)), SHAPE)).hasSize(4 * 144);
    refused(
        400,
        "image 4: the image has 12 x 12 pixels, more than the limit of 0: make it smaller, or raise"
            + " images.max.pixels: all images of a request may have 4 times as many",
        () -> input.pixels(files(Collections.nCopies(5, file)), SHAPE));
    var small = new InferenceLimits(3, 100, 3 * 144 * Float.BYTES);
    var narrow = new ImageInput(new ImageDecoder.PixelLimit(144, "images.max.pixels"), small);
    refused(
        400,
        "may have 3 images of 144 numbers",
        () -> narrow.pixels(files(Collections.nCopies(4, file)), SHAPE));
  }

  private static InputTensor files(List<byte[]> files) {
    return new InputTensor(
        "images", TensorShape.of(files.size()), new InputTensor.Content.Bytes(files));
  }

  @Test
  void aVariantAnswersByItsNewestVersion() throws Exception {
    publish(InferenceSamples.vision("vision-wide", 4));

    JsonNode answer = infer("vision-wide", floats(new float[144], 1, 144));

    assertThat(answer.get("model_name").asText()).isEqualTo("vision-wide");
    assertThat(answer.get("model_version").asText()).isEqualTo("4");
    assertThat(infer("vision", floats(new float[144], 1, 144)).get("model_name").asText())
        .isEqualTo("vision");
  }

  @Test
  void aServedVersionThatDivergesIsPassedOverAndANamedOneIsNot() throws Exception {
    publish(InferenceSamples.diverging(8));
    String request = floats(new float[144], 1, 144);

    assertThat(infer("vision", request).get("model_version").asText()).isEqualTo("7");
    assertThatThrownBy(() -> inferBy("vision", "8", request))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("has diverged");
  }

  @Test
  void whatCannotBeAnsweredIsNamed() {
    String image = floats(new float[144], 1, 144);
    refused(404, "there is no model nothing", () -> infer("nothing", image));
    refused(404, "there is no model vision-none", () -> infer("vision-none", image));
    refused(404, "no version 8 of vision", () -> inferBy("vision", "8", image));
    refused(404, "no version 2 of vision", () -> inferBy("vision", "2", image));
    refused(404, "no version -1 of vision", () -> inferBy("vision", "-1", image));
    refused(404, "no version x of vision", () -> inferBy("vision", "x", image));
    refused(400, "takes one input, texts", () -> infer("classifier", image));
    refused(400, "[n, 1, 12, 12] or [n, 144]", () -> infer("vision", floats(new float[4], 2, 2)));
    refused(400, "has [1, 3, 12, 4]", () -> infer("vision", floats(new float[144], 1, 3, 12, 4)));
    float[] bright = new float[288];
    bright[150] = 255;
    refused(400, "pixel 6 of image 1 is 255.0", () -> infer("vision", floats(bright, 2, 144)));
    refused(400, "image 0: ", () -> infer("vision", file("no image".getBytes(UTF_8))));
    refused(
        400, "may have 100 images", () -> infer("vision", floats(new float[101 * 144], 101, 144)));
    refused(400, "may have 100 images or texts", () -> infer("classifier", texts(new String[101])));
    refused(
        400,
        "has no output other; it has [labels",
        () -> infer("vision", image.replaceFirst("\\{", "{\"outputs\":[{\"name\":\"other\"}],")));
  }

  @Test
  void aModelWithoutAVersionIsNotReady() {
    try (var empty =
        new Inference(
                settings,
                ConsoleConfig.from(settings),
                TextVectorizer.of(Analysis.STANDARD, Weighting.SCIKIT_LEARN),
                new StoredLog(),
                new CountingStore())
            .models()) {
      assertThatThrownBy(() -> empty.find("vision", Optional.empty()))
          .isInstanceOf(HttpStatusException.class)
          .hasMessageContaining("no version of vision answers yet");
    }
  }

  @Test
  void textsOfAnotherAnalysisAreNotWeighed() {
    var counts =
        DocumentFrequencies.newBuilder()
            .setDocuments(1)
            .setTerms(List.of("money"))
            .setCounts(List.of(1L))
            .setAnalysis(1)
            .build();
    inference
        .corpus()
        .update(
            new FrequencyBlockKey(0, 1).toBytes(),
            AvroCodec.of(DocumentFrequencies.class).encode(counts));

    refused(409, "the text would be analyzed with", () -> infer("classifier", texts("money")));
  }

  private static String floats(float[] numbers, int... shape) {
    ObjectNode request = JSON.createObjectNode();
    ObjectNode input =
        request.putArray("inputs").addObject().put("name", "images").put("datatype", "FP32");
    ArrayNode extents = input.putArray("shape");
    Arrays.stream(shape).forEach(extents::add);
    ArrayNode data = input.putArray("data");
    for (float number : numbers) {
      data.add(number);
    }
    return request.toString();
  }

  private static String file(byte[] file) {
    return strings("images", List.of(Base64.getEncoder().encodeToString(file)));
  }

  private static String texts(String... texts) {
    return strings("texts", Arrays.stream(texts).map(String::valueOf).toList());
  }

  private static String strings(String name, List<String> elements) {
    ObjectNode request = JSON.createObjectNode();
    ObjectNode input =
        request.putArray("inputs").addObject().put("name", name).put("datatype", "BYTES");
    input.putArray("shape").add(elements.size());
    ArrayNode data = input.putArray("data");
    elements.forEach(data::add);
    return request.toString();
  }

  private static JsonNode output(JsonNode answer, String name) {
    for (JsonNode output : answer.get("outputs")) {
      if (output.get("name").asText().equals(name)) {
        return output;
      }
    }
    throw new AssertionError("no output " + name + " in " + answer);
  }

  /** As a reader of FP32 or FP64 has them: parsed as what they are, and widened. */
  private static double[] numbers(JsonNode output) {
    boolean single = output.get("datatype").asText().equals("FP32");
    List<Double> numbers = new ArrayList<>();
    output
        .get("data")
        .forEach(
            it -> numbers.add(single ? (double) Float.parseFloat(it.asText()) : it.doubleValue()));
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] doubles(float[] numbers) {
    double[] wide = new double[numbers.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = numbers[i];
    }
    return wide;
  }
}
