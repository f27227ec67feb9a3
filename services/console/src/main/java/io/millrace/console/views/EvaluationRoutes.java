package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.EvaluationMemory.SeriesKey;
import io.millrace.console.live.LiveTopics;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.ModelName;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** The routes about figures of what was served. See {@code docs/http-api.md}. */
public final class EvaluationRoutes {

  private static final int MOST_POINTS = 500;
  private static final int MOST_EVALUATIONS = 200;
  private static final int MOST_EVENTS = 200;

  private final LiveTopics live;

  public EvaluationRoutes(LiveTopics live) {
    this.live = live;
  }

  /** All of them. */
  public List<HttpRoute> all() {
    return List.of(
        new HttpRoute("/v1/evaluations", this::evaluations),
        new HttpRoute(
            "/v1/evaluations/{model}/confusion",
            request -> details(request, EvaluationJson::confusion)),
        new HttpRoute(
            "/v1/evaluations/{model}/calibration",
            request -> details(request, EvaluationJson::calibration)));
  }

  private String details(HttpRoute.Request request, Function<EvaluationDetails, ObjectNode> what) {
    String model = request.pathParam("model");
    return live.evaluations()
        .details(model)
        .map(it -> what.apply(it).toString())
        .orElseThrow(() ->
            HttpStatusException.notFound(
                ("nothing is known of predictions of %s that were judged by labels it had not"
                        + " learned from")
                    .formatted(model)));
  }

  private String evaluations(HttpRoute.Request request) {
    String model = request.queryParam("model").orElse("");
    long since = Query.number(request, "since", 0, 0, Long.MAX_VALUE);
    ObjectNode answer = Json.object();
    ArrayNode evaluations = answer.putArray("evaluations");
    live.evaluations()
        .newest(MOST_EVALUATIONS, it -> isOf(model, it.model()) && it.time() >= since)
        .forEach(it -> evaluations.add(EvaluationJson.of(it)));
    ArrayNode series = answer.putArray("series");
    for (SeriesKey key : live.evaluations().series()) {
      if (isOf(model, key.model()) && (!model.isEmpty() || key.scope() == Scope.PREQUENTIAL)) {
        series.add(EvaluationJson.line(key, live.evaluations().points(key, since, MOST_POINTS)));
      }
    }
    ArrayNode events = answer.putArray("events");
    events(model, since).forEach(events::add);
    return answer.toString();
  }

  private static boolean isOf(String wanted, String model) {
    return wanted.isEmpty() || wanted.equals(model);
  }

  /** What happened meanwhile, oldest first. */
  private List<ObjectNode> events(String model, long since) {
    List<ObjectNode> events = new ArrayList<>();
    live.decisions()
        .newest(
            MOST_EVENTS,
            it -> it.time() >= since && isOf(ModelName.kindOf(model), it.decision().getModel()))
        .forEach(it -> events.add(ModelEventJson.event(it)));
    live.drifts()
        .newest(MOST_EVENTS, it -> it.time() >= since && isOf(model, it.model()))
        .forEach(it -> events.add(ModelEventJson.event(it)));
    for (String name : live.models().models()) {
      if (isOf(model, name)) {
        live.models().versions(name, MOST_EVENTS).stream()
            .filter(it -> it.time() >= since)
            .forEach(it -> events.add(ModelEventJson.event(it)));
      }
    }
    events.sort(Comparator.comparingLong(it -> it.path("time").asLong()));
    return events;
  }
}
