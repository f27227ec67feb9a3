package io.millrace.console.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * What the routes under {@code /v1} do, take and answer: {@code console-api/operations.json}, with
 * the schemas that it names put in their places.
 */
public final class GatewayOperations {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String FILE = "/console-api/operations.json";
  private static final String REFERENCE = "#/components/schemas/";

  private final JsonNode operations;
  private final JsonNode schemas;

  private GatewayOperations(JsonNode file) {
    this.operations = file.path("operations");
    this.schemas = file.path("schemas");
  }

  /** Those of this build. */
  public static GatewayOperations load() {
    try (InputStream in = GatewayOperations.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not on the class path");
      }
      return new GatewayOperations(MAPPER.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read", e);
    }
  }

  /**
   * A route with its description.
   *
   * @throws IllegalStateException if it has none
   */
  public HttpRoute describe(HttpRoute route) {
    String path = route.path().replace('<', '{').replace('>', '}');
    JsonNode meaning = operations.path(route.method() + " " + path);
    if (meaning.isMissingNode()) {
      throw new IllegalStateException(FILE + " does not describe " + route.method() + " " + path);
    }
    var operation = Operation.of(meaning.path("summary").asText());
    for (Map.Entry<String, JsonNode> it : meaning.path("query").properties()) {
      operation =
          operation.query(
              it.getKey(),
              it.getValue().path(0).path("type").asText(),
              it.getValue().path(1).asText());
    }
    for (Map.Entry<String, JsonNode> it : meaning.path("body").properties()) {
      String schema = it.getValue().isNull() ? "{}" : schema(it.getValue().asText()).toString();
      operation = operation.takes(it.getKey(), schema);
    }
    for (Map.Entry<String, JsonNode> it : meaning.path("answers").properties()) {
      int status = Integer.parseInt(it.getKey());
      operation = operation.answersJson(status, answer(it.getValue()).toString());
    }
    if (meaning.path("stream").asBoolean()) {
      operation = operation.answers("text/event-stream", "{\"type\":\"string\"}");
    }
    return route.described(operation);
  }

  /** The schema of a name, or one of alternatives. */
  private JsonNode answer(JsonNode names) {
    if (names.isTextual()) {
      return schema(names.asText());
    }
    ObjectNode either = MAPPER.createObjectNode();
    ArrayNode all = either.putArray("anyOf");
    names.forEach(it -> all.add(schema(it.asText())));
    return either;
  }

  private JsonNode schema(String name) {
    JsonNode named = schemas.path(name);
    if (named.isMissingNode()) {
      throw new IllegalStateException(FILE + " has no schema " + name);
    }
    return inPlace(named);
  }

  /** A schema without references: none of them refers to itself. */
  private JsonNode inPlace(JsonNode schema) {
    if (schema.has("$ref")) {
      return schema(schema.get("$ref").asText().substring(REFERENCE.length()));
    }
    if (schema.isObject()) {
      ObjectNode copy = MAPPER.createObjectNode();
      schema.properties().forEach(it -> copy.set(it.getKey(), inPlace(it.getValue())));
      return copy;
    }
    if (schema.isArray()) {
      ArrayNode copy = MAPPER.createArrayNode();
      schema.forEach(it -> copy.add(inPlace(it)));
      return copy;
    }
    return schema;
  }
}
