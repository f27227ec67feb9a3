package io.millrace.console.models;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.LiveTopics;
import io.millrace.console.live.ModelMemory.Published;
import io.millrace.console.parts.JsonProblem;
import io.millrace.console.views.Json;
import io.millrace.console.views.ModelEventJson;
import io.millrace.console.views.Query;
import io.millrace.runtime.administration.ServingDecisions;
import io.millrace.runtime.administration.ServingRules;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ServingDecision;
import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;

/** The routes about models. See {@code docs/http-api.md}. */
public final class ModelRoutes {

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final int MAX_BODY = 16_384;
  private static final int MAX_NOTE = 1000;
  private static final int MAX_DECISIONS = 1000;

  /** Who decides, if the request does not say. */
  private static final String BY = "console";

  private final Settings settings;
  private final ServingRules served;
  private final LiveTopics live;
  private final Administration administration;
  private final ModelJson json;

  /**
   * The routes of some memories.
   *
   * @param settings of the clients that decide; their time-outs must be short
   */
  public ModelRoutes(
      Settings settings, ServingRules served, LiveTopics live, Administration administration) {
    this.settings = settings;
    this.served = served;
    this.live = live;
    this.administration = administration;
    this.json = new ModelJson(settings, served, live);
  }

  /** All of them. */
  public List<HttpRoute> all() {
    return List.of(
        new HttpRoute("/v1/models", _ -> json.all().toString()),
        new HttpRoute("/v1/models/{model}/history", this::history),
        new HttpRoute("/v1/models/{model}/compare", this::compare),
        decision("promote", (serving, body) -> serving.promote(version(body))),
        decision("rollback", (serving, _) -> serving.rollBack()),
        decision("hold", (serving, _) -> serving.hold()),
        decision("follow", (serving, _) -> serving.follow()));
  }

  private String history(HttpRoute.Request request) {
    String model = request.pathParam("model");
    int limit = (int) Query.number(request, "limit", 100, 1, MAX_DECISIONS);
    ObjectNode answer = Json.object();
    ArrayNode decisions = answer.putArray("decisions");
    live.decisions()
        .newest(limit, it -> it.decision().getModel().equals(ModelName.kindOf(model)))
        .forEach(it -> decisions.add(ModelEventJson.decision(it.decision(), it.time())));
    return answer.toString();
  }

  private String compare(HttpRoute.Request request) {
    String model = request.pathParam("model");
    return json.compare(
            known(model, Query.required(request, "a")), known(model, Query.required(request, "b")))
        .toString();
  }

  private Published known(String model, long version) {
    return live.models()
        .version(model, version)
        .orElseThrow(() ->
            HttpStatusException.notFound(
                "version %d of %s is not among the newest that the console keeps"
                    .formatted(version, model)));
  }

  private HttpRoute decision(
      String what, BiFunction<ServingDecisions, JsonNode, ServingDecision> decide) {
    return HttpRoute.post(
        "/v1/models/{model}/" + what,
        MAX_BODY,
        request -> {
          JsonNode body = body(request);
          var person = new ServingDecisions.Person(text(body, "by", BY), text(body, "note", ""));
          ModelName name = name(request.pathParam("model"));
          String wanted = what + " of " + name;
          if (what.equals("promote")) {
            wanted += " to version " + version(body);
          }
          return administration.run(
              wanted,
              "GET /v1/models/" + name + "/history",
              () ->
                  ModelEventJson.decision(
                          ServingDecisions.make(
                              settings,
                              served,
                              name,
                              person,
                              serving -> decide.apply(serving, body)),
                          System.currentTimeMillis())
                      .toString());
        });
  }

  private static ModelName name(String text) {
    try {
      return ModelName.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpStatusException.notFound(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode body(HttpRoute.Request request) {
    if (request.body().length == 0) {
      return Json.object();
    }
    try {
      JsonNode body = MAPPER.readTree(request.body());
      if (body.isObject()) {
        return body;
      }
    } catch (JacksonException e) {
      throw HttpStatusException.badRequest(JsonProblem.of(e));
    } catch (IOException e) {
      throw HttpStatusException.badRequest("the body cannot be read");
    }
    throw HttpStatusException.badRequest("the body must be a JSON object");
  }

  private static String text(JsonNode body, String name, String standard) {
    JsonNode node = body.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return standard;
    }
    if (!node.isTextual() || node.asText().length() > MAX_NOTE) {
      throw HttpStatusException.badRequest(
          "%s must be a text of at most %d characters".formatted(name, MAX_NOTE));
    }
    return node.asText();
  }

  private static long version(JsonNode body) {
    JsonNode version = body.path("version");
    if (!version.isIntegralNumber() || !version.canConvertToLong() || version.asLong() < 0) {
      throw HttpStatusException.badRequest(
          "version must be a number of at least 0: {\"version\": 17}");
    }
    return version.asLong();
  }
}
