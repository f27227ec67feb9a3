package io.millrace.console.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DescriptionsTest {

  @Test
  void aRouteIsDescribedByItsPathMethodAndParameters() {
    JsonNode document =
        OpenApi.of(
            List.of(
                HttpRoute.post("/v1/documents/<id>", 100, _ -> HttpResponse.empty(204)),
                HttpRoute.get("/v1/words/<word>/nearest", _ -> HttpResponse.empty(204)),
                HttpRoute.get("/<file>", _ -> HttpResponse.empty(204))));

    JsonNode sends = document.at("/paths/~1v1~1documents~1{id}/post");
    assertThat(sends.path("summary").asText()).isEqualTo("Sends a document");
    assertThat(sends.at("/parameters/0/name").asText()).isEqualTo("id");
    assertThat(sends.at("/requestBody/content").has("text/plain")).isTrue();
    assertThat(sends.path("responses").properties().stream().map(Map.Entry::getKey))
        .contains("200", "202", "400", "504");
    assertThat(document.at("/paths/~1v1~1words~1{word}~1nearest/get/summary").asText())
        .as("what search serves under /v1")
        .isEqualTo("The words with the most similar vectors");
    assertThat(document.path("paths").has("/{file}")).isFalse();
  }

  @Test
  void allReferencesLeadSomewhere() {
    JsonNode meanings = OpenApi.meanings();
    List<HttpRoute> all = new ArrayList<>();
    meanings
        .path("operations")
        .properties()
        .forEach(it -> {
          String[] key = it.getKey().split(" ");
          all.add(route(key[0], key[1]));
        });

    JsonNode document = OpenApi.of(all);

    assertThat(document.findValuesAsText("$ref"))
        .isNotEmpty()
        .allSatisfy(
            it -> assertThat(document.at(it.substring(1)).isMissingNode()).as(it).isFalse());
    assertThat(document.findValuesAsText("operationId")).doesNotHaveDuplicates();
  }

  private static HttpRoute route(String method, String path) {
    return switch (method) {
      case "POST" -> HttpRoute.post(path, 100, _ -> HttpResponse.empty(204));
      case "DELETE" -> HttpRoute.delete(path, _ -> HttpResponse.empty(204));
      default -> HttpRoute.get(path, _ -> HttpResponse.empty(204));
    };
  }

  @Test
  void everyTopicIsAChannelWithItsSchema() throws Exception {
    JsonNode document =
        new ObjectMapper()
            .readTree(
                AsyncApi.of(
                        Settings.of(
                            Map.of("bootstrap.servers", "a:9092,b:9092", "topics.prefix", "eu-")))
                    .toString());

    assertThat(document.path("asyncapi").asText()).isEqualTo("3.0.0");
    assertThat(document.path("channels").properties().stream().map(Map.Entry::getKey))
        .containsExactlyElementsOf(
            Catalogue.load().topics().stream().map(TopicSpec::name).toList());
    assertThat(document.at("/channels/predictions/address").asText()).isEqualTo("eu-predictions");
    assertThat(
            document.at("/components/messages/predictions-Prediction/payload/schema/name").asText())
        .isEqualTo("Prediction");
    assertThat(document.at("/channels/models/messages").size()).isGreaterThanOrEqualTo(2);
    assertThat(document.at("/servers/broker1/host").asText()).isEqualTo("b:9092");
    assertThat(document.findValuesAsText("$ref"))
        .allSatisfy(
            it -> assertThat(document.at(it.substring(1)).isMissingNode()).as(it).isFalse());
    assertThat(document.at("/operations/receive-documents/action").asText()).isEqualTo("receive");
    assertThat(document.at("/operations/send-predictions/action").asText()).isEqualTo("send");
  }
}
