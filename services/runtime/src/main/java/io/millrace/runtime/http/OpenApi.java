package io.millrace.runtime.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The OpenAPI document (version 3.1.0) of routes: their paths, parameters, bodies and answers, and
 * the error that each may answer with. It is made of the routes that are served, so it cannot say
 * anything else.
 */
public final class OpenApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PARAMETER = Pattern.compile("[<{]([A-Za-z]+)[>}]");
  private static final String ANYTHING = "{}";
  private static final Map<Integer, Map<String, String>> ANY_ANSWER = Map.of(200, Map.of());

  private OpenApi() {}

  /**
   * The document, as JSON.
   *
   * @param routes in the order in which they are to be listed
   */
  public static String document(List<HttpRoute> routes) {
    ObjectNode root = JSON.createObjectNode().put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", "Millrace")
        .put("version", "0.1.0")
        .put("description", "What this process answers over HTTP; docs/http-api.md says more.");
    ArrayNode security = root.putArray("security");
    security.addObject();
    security.addObject().putArray("token");
    ObjectNode paths = root.putObject("paths");
    for (HttpRoute route : routes) {
      String method = route.method().name().toLowerCase(Locale.ROOT);
      paths.withObjectProperty(path(route)).set(method, operation(route));
    }
    ObjectNode components = root.putObject("components");
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer");
    ObjectNode error = components.putObject("schemas").putObject("Error").put("type", "object");
    error.putObject("properties").putObject("error").put("type", "string");
    error.putArray("required").add("error");
    return root.toString();
  }

  /** As OpenAPI writes it. A parameter in angle brackets may contain slashes there too. */
  private static String path(HttpRoute route) {
    return PARAMETER.matcher(route.path()).replaceAll("{$1}");
  }

  private static ObjectNode operation(HttpRoute route) {
    Operation described = route.operation();
    ObjectNode operation = JSON.createObjectNode();
    if (!described.summary().isEmpty()) {
      operation.put("summary", described.summary());
    }
    parameters(operation.putArray("parameters"), route);
    if (route.maxBodyBytes() > 0) {
      ObjectNode body = operation.putObject("requestBody");
      body.put("description", "At most " + route.maxBodyBytes() + " bytes");
      content(body.putObject("content"), described.takes());
    }
    ObjectNode responses = operation.putObject("responses");
    Map<Integer, Map<String, String>> answers =
        described.answers().isEmpty() ? ANY_ANSWER : described.answers();
    answers.forEach((status, schemas) -> {
      ObjectNode answer = responses.putObject(Integer.toString(status));
      answer.put("description", "The answer");
      content(answer.putObject("content"), schemas);
    });
    ObjectNode error = responses.putObject("default").put("description", "An error");
    error
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/Error");
    return operation;
  }

  private static void parameters(ArrayNode parameters, HttpRoute route) {
    PARAMETER
        .matcher(route.path())
        .results()
        .map(MatchResult::group)
        .map(it -> it.substring(1, it.length() - 1))
        .forEach(name -> {
          ObjectNode parameter =
              parameters.addObject().put("name", name).put("in", "path").put("required", true);
          parameter.putObject("schema").put("type", "string");
        });
    for (Operation.Parameter it : route.operation().query()) {
      ObjectNode parameter =
          parameters
              .addObject()
              .put("name", it.name())
              .put("in", "query")
              .put("description", it.description());
      parameter.putObject("schema").put("type", it.type());
    }
  }

  private static void content(ObjectNode content, Map<String, String> schemas) {
    Map<String, String> all = schemas.isEmpty() ? Map.of("*/*", ANYTHING) : schemas;
    all.forEach((mediaType, schema) -> {
      try {
        content.putObject(mediaType).set("schema", JSON.readTree(schema));
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("not a schema: " + schema, e);
      }
    });
  }
}
