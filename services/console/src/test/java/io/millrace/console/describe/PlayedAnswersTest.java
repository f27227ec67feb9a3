package io.millrace.console.describe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.OpenApi;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tests of the page play has the form that the API has. */
final class PlayedAnswersTest {

  private static final Path ANSWERS = Path.of("../../tests/browser/src/test/resources/contract");
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({
    "flow, /v1/flow",
    "evaluations, /v1/evaluations",
    "confusion, /v1/evaluations/{model}/confusion",
    "calibration, /v1/evaluations/{model}/calibration",
    "images, /v1/recent/images",
    "documents, /v1/recent/documents",
    "document, /v1/documents/<id>",
    "models, /v1/models",
    "history, /v1/models/{model}/history",
    "compare, /v1/models/{model}/compare",
    "dead-letters, /v1/dead-letters",
    "settings, /v1/settings",
  })
  void fitTheSchema(String file, String path) throws Exception {
    HttpRoute route =
        GatewayOperations.load().describe(HttpRoute.get(path, _ -> HttpResponse.empty(204)));
    var check = new JsonSchemaCheck(JSON.readTree(OpenApi.document(List.of(route))));
    String described = path.replace('<', '{').replace('>', '}');

    assertThat(
            check.ofAnswer(
                "get", described, 200, JSON.readTree(ANSWERS.resolve(file + ".json").toFile())))
        .isEmpty();
  }
}
