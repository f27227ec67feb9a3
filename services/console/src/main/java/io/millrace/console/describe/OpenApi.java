package io.millrace.console.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.http.HttpRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The OpenAPI 3.1 document of a process, made of its routes: paths, methods and parameters are
 * theirs. What they mean stands in {@code console-api/operations.json}: summaries, queries, bodies,
 * answers and their JSON schemas. The files of the page are left out.
 */
final class OpenApi {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final String MEANINGS = "/console-api/operations.json";
  private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

  /** What the process answers beside the routes of services. */
  private static final List<String> BUILT_IN = List.of("/metrics", "/health/live", "/health/ready");

  private static final Map<String, String> ERRORS =
      Map.of(
          "400", "The request is invalid; the answer says why.",
          "404", "There is no such thing; the answer says what is missing.",
          "409", "It cannot be done now; the answer says why.",
          "413", "The body is too large.",
          "415", "The body is of a type that is not taken.",
          "503", "Not ready, or too busy: try again later.",
          "504", "What was waited for has not come in time.");

  private OpenApi() {}

  /** The document of some routes. */
  static ObjectNode of(List<HttpRoute> routes) {
    JsonNode meanings = meanings();
    ObjectNode document = MAPPER.createObjectNode();
    document.put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Millrace")
        .put("version", "1")
        .put("summary", "Learns from Kafka topics while the records flow.");
    Map<String, ObjectNode> paths = new TreeMap<>();
    for (String path : BUILT_IN) {
      add(paths, "GET", path, 0, meanings);
    }
    for (HttpRoute route : routes) {
      if (!isOfPage(route)) {
        String path = route.path().replace('<', '{').replace('>', '}');
        add(paths, route.method().name(), path, route.maxBodyBytes(), meanings);
      }
    }
    ObjectNode all = document.putObject("paths");
    paths.forEach(all::set);
    ObjectNode components = document.putObject("components");
    components.set("schemas", meanings.path("schemas"));
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer");
    ArrayNode security = document.putArray("security");
    security.addObject().putArray("token");
    security.addObject();
    return document;
  }

  /** The files of the page: the paths that everybody may read. */
  static boolean isOfPage(HttpRoute route) {
    return route.path().equals("/") || route.path().equals("/<file>");
  }

  /** What the operation of a route means; missing if nobody has described it. */
  static JsonNode meaning(JsonNode meanings, String method, String path) {
    JsonNode own = meanings.path("operations").path(method + " " + path);
    boolean isOther = own.isMissingNode() && path.startsWith("/v1/");
    return isOther
        ? meanings.path("operations").path(method + " " + path.substring("/v1".length()))
        : own;
  }

  static JsonNode meanings() {
    try (InputStream in = OpenApi.class.getResourceAsStream(MEANINGS)) {
      if (in == null) {
        throw new IllegalStateException(MEANINGS + " is not on the class path");
      }
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(MEANINGS + " cannot be read", e);
    }
  }

  private static void add(
      Map<String, ObjectNode> paths, String method, String path, long maxBody, JsonNode meanings) {
    JsonNode meaning = meaning(meanings, method, path);
    ObjectNode operation =
        paths
            .computeIfAbsent(path, _ -> MAPPER.createObjectNode())
            .putObject(method.toLowerCase(Locale.ROOT));
    operation.put("operationId", id(method, path));
    operation.put("summary", meaning.path("summary").asText());
    operation.putArray("tags").add(meaning.path("tag").asText("other"));
    ArrayNode parameters = operation.putArray("parameters");
    Matcher inPath = PARAMETER.matcher(path);
    while (inPath.find()) {
      parameter(parameters, inPath.group(1), "path", true)
          .putObject("schema")
          .put("type", "string");
    }
    meaning
        .path("query")
        .properties()
        .forEach(it -> {
          ObjectNode parameter =
              parameter(parameters, it.getKey(), "query", it.getValue().path(2).asBoolean());
          parameter.set("schema", it.getValue().path(0));
          parameter.put("description", it.getValue().path(1).asText());
        });
    if (maxBody > 0) {
      body(operation, meaning, maxBody);
    }
    responses(operation.putObject("responses"), meaning);
  }

  private static String id(String method, String path) {
    var id = new StringBuilder(method.toLowerCase(Locale.ROOT));
    for (String segment : path.split("[/.{}-]+", -1)) {
      if (!segment.isEmpty()) {
        id.append(Character.toUpperCase(segment.charAt(0))).append(segment.substring(1));
      }
    }
    return id.toString();
  }

  private static ObjectNode parameter(
      ArrayNode parameters, String name, String where, boolean required) {
    ObjectNode parameter = parameters.addObject().put("name", name).put("in", where);
    return required ? parameter.put("required", true) : parameter;
  }

  private static void body(ObjectNode operation, JsonNode meaning, long maxBody) {
    ObjectNode body = operation.putObject("requestBody");
    body.put("description", "At most " + maxBody + " bytes.");
    ObjectNode content = body.putObject("content");
    meaning
        .path("body")
        .properties()
        .forEach(it -> {
          ObjectNode type = content.putObject(it.getKey());
          if (!it.getValue().isNull()) {
            type.putObject("schema").put("$ref", reference(it.getValue()));
          }
        });
    if (content.isEmpty()) {
      content.putObject("application/json");
    }
  }

  private static void responses(ObjectNode responses, JsonNode meaning) {
    meaning
        .path("answers")
        .properties()
        .forEach(it ->
            json(
                responses.putObject(it.getKey()).put("description", "The answer."), it.getValue()));
    boolean hasAnswer = responses.has("200") || responses.has("202");
    if (meaning.path("stream").asBoolean() || !hasAnswer) {
      ObjectNode good =
          responses.has("200")
              ? (ObjectNode) responses.get("200")
              : responses.putObject("200").put("description", "The answer.");
      ObjectNode content =
          good.has("content") ? (ObjectNode) good.get("content") : good.putObject("content");
      content.putObject(meaning.path("stream").asBoolean() ? "text/event-stream" : "text/plain");
    }
    for (JsonNode status : meaning.path("errors")) {
      String code = status.asText();
      json(
          responses.putObject(code).put("description", ERRORS.getOrDefault(code, "An error.")),
          MAPPER.getNodeFactory().textNode("Error"));
    }
  }

  private static void json(ObjectNode response, JsonNode schema) {
    response
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", reference(schema));
  }

  private static String reference(JsonNode schema) {
    return "#/components/schemas/" + schema.asText();
  }
}
