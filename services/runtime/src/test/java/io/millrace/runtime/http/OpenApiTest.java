package io.millrace.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The document says what routes take and answer. */
final class OpenApiTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aRouteIsDescribedByWhatItIs() throws Exception {
    JsonNode document =
        document(
            new HttpRoute("/things/<id>/parts", request -> "[]"),
            HttpRoute.post("/things/{id}", 100, request -> HttpResponse.empty(204))
                .described(
                    Operation.of("Makes a thing")
                        .query("wait", "boolean", "Waits for it")
                        .takes("image/png", "{\"type\":\"string\"}")
                        .answersJson("{\"type\":\"object\"}")
                        .answers("text/event-stream", "{}")
                        .answersJson(202, "{\"type\":\"array\"}")),
            HttpRoute.delete("/things/{id}", request -> HttpResponse.empty(204)));

    assertThat(document.at("/openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.get("paths").fieldNames())
        .toIterable()
        .containsExactly("/things/{id}/parts", "/things/{id}");
    JsonNode things = document.get("paths").get("/things/{id}");
    assertThat(things.fieldNames()).toIterable().containsExactly("post", "delete");
    JsonNode make = things.get("post");
    assertThat(make.get("summary").asText()).isEqualTo("Makes a thing");
    assertThat(make.get("parameters").toString())
        .isEqualTo(
            "[{\"name\":\"id\",\"in\":\"path\",\"required\":true,\"schema\":{\"type\":\"string\"}},"
                + "{\"name\":\"wait\",\"in\":\"query\",\"description\":\"Waits for it\","
                + "\"schema\":{\"type\":\"boolean\"}}]");
    assertThat(make.get("requestBody").toString())
        .isEqualTo(
            "{\"description\":\"At most 100 bytes\","
                + "\"content\":{\"image/png\":{\"schema\":{\"type\":\"string\"}}}}");
    assertThat(make.get("responses").get("200").get("content").fieldNames())
        .toIterable()
        .containsExactly("application/json", "text/event-stream");
    assertThat(make.at("/responses/202/content").toString())
        .isEqualTo("{\"application/json\":{\"schema\":{\"type\":\"array\"}}}");
    assertThat(make.get("responses").has("default")).isTrue();
    assertThat(things.get("delete").get("responses").fieldNames())
        .toIterable()
        .containsExactly("200", "default");
    assertThat(things.get("delete").has("requestBody")).isFalse();
  }

  @Test
  void aSchemaThatIsNotJsonIsRefused() {
    assertThatThrownBy(() ->
            document(
                new HttpRoute("/a", request -> "").described(Operation.of("").answersJson("{"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a schema");
  }

  private static JsonNode document(HttpRoute... routes) throws Exception {
    return JSON.readTree(OpenApi.document(List.of(routes)));
  }
}
