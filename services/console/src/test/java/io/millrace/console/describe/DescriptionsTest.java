package io.millrace.console.describe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.Operation;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DescriptionsTest {

  @Test
  void aRouteIsDescribedWithItsSchemasInPlace() {
    var operations = GatewayOperations.load();

    Operation sends =
        operations
            .describe(HttpRoute.post("/v1/documents/<id>", 100, _ -> HttpResponse.empty(204)))
            .operation();

    assertThat(sends.summary()).isEqualTo("Sends a document");
    assertThat(sends.query()).extracting(Operation.Parameter::name).contains("wait", "label");
    assertThat(sends.takes()).containsKeys("text/plain", "application/json");
    assertThat(sends.answers()).containsOnlyKeys(200, 202);
    assertThat(sends.answers().get(200).get("application/json"))
        .contains("reconstruction")
        .doesNotContain("$ref");
    assertThat(sends.answers().get(202).get("application/json"))
        .contains("offset")
        .doesNotContain("reconstruction", "$ref");
    assertThatThrownBy(
            () -> operations.describe(HttpRoute.get("/v1/new", _ -> HttpResponse.empty(204))))
        .hasMessageContaining("does not describe GET /v1/new");
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
