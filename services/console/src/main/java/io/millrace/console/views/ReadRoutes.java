package io.millrace.console.views;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.EventHub;
import io.millrace.console.live.EventHub.InitialEvent;
import io.millrace.console.live.EventType;
import io.millrace.console.live.LetterMemory.StoredLetter;
import io.millrace.console.live.LiveTopics;
import io.millrace.console.live.Predicted;
import io.millrace.console.live.SentInput;
import io.millrace.console.live.SentInput.SentDocument;
import io.millrace.console.live.SentInput.SentImage;
import io.millrace.console.parts.SearchPaths;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.schemas.Subject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The routes that read what is kept, or listen to it. See {@code docs/http-api.md}. */
public final class ReadRoutes {

  private static final String EVENTS = "text/event-stream";
  private static final String JSON = "application/json";
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final int MOST_PREDICTIONS = 1000;
  private static final int MOST_RECENT = 200;
  private static final int MOST_LETTERS = 200;

  private final LiveTopics live;
  private final String prefix;
  private final int predictionsPerSecond;
  private final Supplier<List<InitialEvent>> first;

  /**
   * The routes of some memories.
   *
   * @param prefix of all topics
   * @param predictionsPerSecond the most on {@code /v1/events}; 0 for all
   * @param first what a stream of events begins with
   */
  public ReadRoutes(
      LiveTopics live,
      String prefix,
      int predictionsPerSecond,
      Supplier<List<InitialEvent>> first) {
    this.live = live;
    this.prefix = prefix;
    this.predictionsPerSecond = predictionsPerSecond;
    this.first = first;
  }

  /** All of them. */
  public List<HttpRoute> all() {
    return List.of(
        HttpRoute.get("/v1/predictions", this::predictions),
        HttpRoute.get("/v1/events", this::events),
        new HttpRoute("/v1/recent/images", this::recentImages),
        new HttpRoute("/v1/recent/documents", this::recentDocuments),
        new HttpRoute("/v1/images/<id>", this::image),
        new HttpRoute("/v1/documents/<id>", this::document),
        new HttpRoute("/v1/dead-letters", this::deadLetters));
  }

  private HttpResponse predictions(HttpRoute.Request request) {
    Optional<String> model = request.queryParam("model").filter(it -> !it.isEmpty());
    Optional<String> subject = request.queryParam("subject").filter(it -> !it.isEmpty());
    String accept = request.header("Accept").orElse("");
    if (Accepted.quality(accept, EVENTS) == 0 && Accepted.quality(accept, JSON) == 0) {
      throw HttpStatusException.notAcceptable(
          "predictions are %s or %s, Accept is %s".formatted(EVENTS, JSON, accept));
    }
    if (Accepted.prefers(accept, JSON, EVENTS)) {
      long limit = Query.number(request, "limit", 100, 1, MOST_PREDICTIONS);
      Predicate<Predicted> wanted =
          it ->
              matches(model, it.prediction().getModel())
                  && matches(subject, it.prediction().getSubject());
      ObjectNode answer = Json.object();
      ArrayNode array = answer.putArray("predictions");
      live.predictions()
          .newest((int) limit, wanted)
          .forEach(it -> array.add(PredictionJson.of(it)));
      return HttpResponse.json(answer.toString());
    }
    long limit = Query.number(request, "limit", 0, 1, Integer.MAX_VALUE);
    Predicate<ObjectNode> wanted =
        it ->
            matches(model, it.path("model").asText())
                && matches(subject, it.path("subject").asText());
    return live.hub()
        .listen(
            new EventHub.Subscription(
                Set.of(EventType.PREDICTION), wanted, (int) limit, 0, List::of),
            request.header(LAST_EVENT_ID));
  }

  private static boolean matches(Optional<String> wanted, String is) {
    return wanted.isEmpty() || wanted.get().equals(is);
  }

  private HttpResponse events(HttpRoute.Request request) {
    String accept = request.header("Accept").orElse("");
    if (Accepted.quality(accept, EVENTS) == 0) {
      throw HttpStatusException.notAcceptable(
          "events are %s, Accept is %s".formatted(EVENTS, accept));
    }
    Set<EventType> types = types(request.queryParam("types").orElse(""));
    return live.hub()
        .listen(
            new EventHub.Subscription(
                types,
                _ -> true,
                0,
                predictionsPerSecond,
                () -> first.get().stream().filter(it -> types.contains(it.type())).toList()),
            request.header(LAST_EVENT_ID));
  }

  private static Set<EventType> types(String given) {
    if (given.isBlank()) {
      return EnumSet.allOf(EventType.class);
    }
    Set<EventType> types = EnumSet.noneOf(EventType.class);
    for (String name : given.split(",", -1)) {
      types.add(
          EventType.named(name.strip())
              .orElseThrow(() ->
                  HttpStatusException.badRequest(
                      "types must be some of %s, with commas between, was %s"
                          .formatted(EventType.names(), given))));
    }
    return types;
  }

  private String recentImages(HttpRoute.Request request) {
    ObjectNode answer = Json.object();
    ArrayNode array = answer.putArray("images");
    live.inputs().images(limit(request)).forEach(it -> array.add(image(it)));
    return answer.toString();
  }

  private String recentDocuments(HttpRoute.Request request) {
    ObjectNode answer = Json.object();
    ArrayNode array = answer.putArray("documents");
    live.inputs().documents(limit(request)).forEach(it -> array.add(document(it)));
    return answer.toString();
  }

  private static int limit(HttpRoute.Request request) {
    return (int) Query.number(request, "limit", 50, 1, MOST_RECENT);
  }

  private String image(HttpRoute.Request request) {
    Subject subject = Subject.image(request.pathParam("id"));
    return live.inputs()
        .image(subject.toString())
        .map(it -> image(it).toString())
        .orElseThrow(() -> gone(subject));
  }

  private String document(HttpRoute.Request request) {
    Subject subject = Subject.document(request.pathParam("id"));
    return live.inputs()
        .document(subject.toString())
        .map(it -> document(it).toString())
        .orElseThrow(() -> {
          SearchPaths.refuse("/v1/documents/" + request.pathParam("id"));
          return gone(subject);
        });
  }

  private static HttpStatusException gone(Subject subject) {
    return HttpStatusException.notFound(
        ("%s is not among the newest that the console keeps (console.memory.records,"
                + " console.memory.bytes), or was not sent")
            .formatted(subject));
  }

  private ObjectNode image(SentImage it) {
    ObjectNode object = answered(it);
    object.put("image", Json.dataUrl(it.mediaType(), it.file()));
    String id = it.subject().substring("image/".length());
    object.put(
        "reconstruction",
        live.predictions()
            .reconstruction(id)
            .map(made -> Json.dataUrl("image/png", made.png()))
            .orElse(null));
    return object.put("time", it.time());
  }

  private ObjectNode document(SentDocument it) {
    return answered(it).put("text", it.text()).put("cut", it.cut()).put("time", it.time());
  }

  private ObjectNode answered(SentInput it) {
    ObjectNode object = Json.object().put("subject", it.subject());
    object.set(
        "prediction",
        live.predictions()
            .of(it.subject())
            .<JsonNode>map(PredictionJson::of)
            .orElse(object.nullNode()));
    return object.put("label", live.inputs().labelOf(it).orElse(null));
  }

  /** Newest first; {@code next} is where the following ones begin. */
  private String deadLetters(HttpRoute.Request request) {
    int limit = (int) Query.number(request, "limit", 50, 1, MOST_LETTERS);
    Cursor before = Cursor.of(request.queryParam("before").orElse(""));
    List<StoredLetter> found = live.letters().newest(limit + 1, before::isBefore);
    ObjectNode answer = Json.object();
    ArrayNode array = answer.putArray("deadLetters");
    List<StoredLetter> shown = found.subList(0, Math.min(limit, found.size()));
    shown.forEach(it -> array.add(LetterJson.of(it, prefix, true)));
    return answer
        .put("next", found.size() > limit ? Cursor.after(shown.getLast()) : null)
        .toString();
  }

  /**
   * A place among the dead letters: those of a time are told apart by partition and offset.
   *
   * @param time milliseconds since 1970
   */
  private record Cursor(long time, int partition, long offset) {
    static Cursor of(String text) {
      if (text.isEmpty()) {
        return new Cursor(Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
      }
      String[] parts = text.split("-", -1);
      try {
        if (parts.length == 3) {
          return new Cursor(
              Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
        }
      } catch (NumberFormatException e) {
        // Refused below, like any other text.
      }
      throw HttpStatusException.badRequest(
          "before must be the next of an earlier answer, was " + text);
    }

    static String after(StoredLetter kept) {
      var record = kept.letter().record();
      return record.timestamp() + "-" + record.partition() + "-" + record.offset();
    }

    boolean isBefore(StoredLetter kept) {
      var record = kept.letter().record();
      if (record.timestamp() != time) {
        return record.timestamp() < time;
      }
      return record.partition() == partition
          ? record.offset() < offset
          : record.partition() < partition;
    }
  }
}
