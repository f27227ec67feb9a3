package io.millrace.console.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.runtime.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The requests that KServe, MLServer and Triton document as examples, with tensors that the models
 * here take: the inference request example of KServe's Open Inference Protocol, one for each of
 * MLServer's content types, and Triton's example of the binary tensor data extension.
 */
final class DocumentedRequestsTest extends InferenceFixture {

  @Test
  void kservesExampleIsAnsweredAsItDocuments() throws Exception {
    JsonNode answer = infer("vision", example("kserve-example"));

    assertThat(names(answer)).containsExactly("model_name", "model_version", "id", "outputs");
    assertThat(answer.get("model_name").asText()).isEqualTo("vision");
    assertThat(answer.get("model_version").isTextual()).isTrue();
    assertThat(answer.get("id").asText()).isEqualTo("42");
    assertThat(answer.get("outputs")).hasSize(1);
    JsonNode output = answer.at("/outputs/0");
    assertThat(names(output)).containsExactly("name", "shape", "datatype", "data");
    assertThat(output.get("name").asText()).isEqualTo("labels");
    assertThat(output.get("shape").toString()).isEqualTo("[2]");
    assertThat(output.get("datatype").asText()).isEqualTo("BYTES");
    assertThat(output.get("data")).hasSize(2);
  }

  @Test
  void mlserversNumbersAreAnswered() throws Exception {
    JsonNode answer = infer("vision", example("mlserver-np"));

    assertThat(names(answer)).containsExactly("model_name", "model_version", "outputs");
    assertThat(answer.get("outputs").findValuesAsText("name"))
        .containsExactly(
            "labels", "probabilities", "classes", "reconstruction", "reconstruction_error");
    for (JsonNode output : answer.get("outputs")) {
      int size = 1;
      for (JsonNode extent : output.get("shape")) {
        size *= extent.asInt();
      }
      assertThat(output.get("data")).as(output.get("name").asText()).hasSize(size);
    }
  }

  @Test
  void mlserversTextsAndColumnsOfTextsAreAnswered() throws Exception {
    for (String example : List.of("mlserver-str", "mlserver-pd")) {
      assertThat(infer("classifier", example(example)).at("/outputs/0/data").toString())
          .as(example)
          .isEqualTo("[\"ham\",\"spam\"]");
    }
    assertThat(infer("classifier", example("mlserver-base64")).at("/outputs/0/data").toString())
        .isEqualTo("[\"ham\"]");
    String twoColumns =
        example("mlserver-pd")
            .replace(
                "\"inputs\": [",
                "\"inputs\":"
                    + " [{\"name\":\"Age\",\"datatype\":\"FP32\",\"shape\":[2],\"data\":[34,22]},");
    refused(
        400,
        "the model takes one input, texts; the request has [Age, texts]",
        () -> infer("classifier", twoColumns));
  }

  @Test
  void tritonsBinaryExampleIsAnsweredInItsForm() throws Exception {
    byte[] json = example("triton-binary").getBytes(UTF_8);
    float[] pixels = Arrays.copyOf(InferenceSamples.pixels(), 2 * 144);
    ByteBuffer body = ByteBuffer.allocate(json.length + 1152).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json);
    for (float pixel : pixels) {
      body.putFloat(pixel);
    }

    HttpResponse.Complete answer =
        answer(
            "/v2/models/{model}/infer",
            new TestRequest(
                Map.of("model", "vision"),
                Map.of("Inference-Header-Content-Length", Integer.toString(json.length)),
                body.array()));

    assertThat(answer.contentType()).isEqualTo("application/octet-stream");
    int jsonBytes = Integer.parseInt(answer.headers().get("Inference-Header-Content-Length"));
    JsonNode head = JSON.readTree(answer.body(), 0, jsonBytes);
    JsonNode labels = head.at("/outputs/0");
    assertThat(names(labels)).containsExactly("name", "shape", "datatype", "parameters");
    assertThat(labels.at("/parameters/binary_data_size").asInt())
        .isEqualTo(answer.body().length - jsonBytes);
    ByteBuffer binary =
        ByteBuffer.wrap(answer.body(), jsonBytes, answer.body().length - jsonBytes)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < 2; row++) {
      byte[] label = new byte[binary.getInt()];
      binary.get(label);
      assertThat(new String(label, UTF_8)).isIn("0", "1", "2");
    }
    assertThat(binary.hasRemaining()).isFalse();
    assertThat(names(head.at("/outputs/1"))).containsExactly("name", "shape", "datatype", "data");
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** An example; in place of PIXELS it has those of an image. */
  private static String example(String name) {
    String pixels =
        IntStream.range(0, 144)
            .mapToObj(it -> Float.toString(InferenceSamples.pixels()[it]))
            .collect(Collectors.joining(", "));
    String file = "/open-inference/" + name + ".json";
    try (InputStream in = DocumentedRequestsTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), UTF_8).replace("PIXELS", pixels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
