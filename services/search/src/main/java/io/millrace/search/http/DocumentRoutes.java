package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.http.Operation;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.SimilarByEmbedding;
import io.millrace.search.documents.TextQueryException;
import io.millrace.search.index.QueryTimeoutException;
import io.millrace.search.index.SimilarDocument;
import java.util.List;
import java.util.function.Supplier;

/** The HTTP routes about documents; see {@code docs/http-api.md}. */
public final class DocumentRoutes {

  private static final String K = "The largest number of results; 10 if it is not given";

  private final Supplier<DocumentSearch> search;
  private final int maxResults;

  /**
   * The routes of a service.
   *
   * @param search answers; called only while the service is ready
   */
  public DocumentRoutes(Supplier<DocumentSearch> search, int maxResults) {
    this.search = search;
    this.maxResults = maxResults;
  }

  /** All routes, each with its requests timed. */
  public List<HttpRoute> all(RouteTimer timer) {
    return List.of(
        route("/documents/<id>/vector", timer.timed("vector", this::vector))
            .described(json("The vector of a document")),
        route("/documents/<id>/terms", timer.timed("terms", this::terms))
            .described(json("The strongest terms of a document").query("k", "integer", K)),
        route("/documents/<id>/similar", timer.timed("similar", this::similar))
            .described(similarity("The documents most similar to one")),
        route("/documents/similar", timer.timed("text", this::similarTo))
            .described(
                similarity("The documents most similar to a text")
                    .query("text", "string", "The text; required")));
  }

  private static Operation json(String summary) {
    return Operation.of(summary).answersJson("{}");
  }

  private static Operation similarity(String summary) {
    return json(summary)
        .query("k", "integer", K)
        .query("by", "string", "terms, which is the default, or embedding");
  }

  private static HttpRoute route(String path, HttpRoute.Handler handler) {
    return new HttpRoute(
        path,
        request -> {
          try {
            return handler.answer(request);
          } catch (TextQueryException e) {
            throw HttpStatusException.conflict(String.valueOf(e.getMessage()));
          } catch (QueryTimeoutException e) {
            throw HttpStatusException.unavailable(String.valueOf(e.getMessage()));
          }
        });
  }

  private String vector(HttpRoute.Request request) {
    String id = request.pathParam("id");
    return DocumentJson.vector(id, known(id)).toString();
  }

  private String terms(HttpRoute.Request request) {
    String id = request.pathParam("id");
    int limit = limit(request);
    DocumentVector vector = known(id);
    return DocumentJson.terms(id, vector, DocumentSearch.strongest(vector, limit)).toString();
  }

  private String similar(HttpRoute.Request request) {
    String id = request.pathParam("id");
    if (byEmbedding(request)) {
      SimilarByEmbedding found =
          search.get().similarByEmbedding(id, limit(request)).orElseThrow(() -> unknown(id));
      return DocumentJson.similar("id", id, found).toString();
    }
    List<SimilarDocument> found =
        search.get().similar(id, limit(request)).orElseThrow(() -> unknown(id));
    return DocumentJson.similar("id", id, found).toString();
  }

  private String similarTo(HttpRoute.Request request) {
    String text =
        request
            .queryParam("text")
            .filter(it -> !it.isBlank())
            .orElseThrow(() ->
                HttpStatusException.badRequest(
                    "the parameter text is missing: /documents/similar?text=…; for a document"
                        + " instead: /documents/ID/similar"));
    DocumentSearch all = search.get();
    return (byEmbedding(request)
            ? DocumentJson.similar("text", text, all.similarToByEmbedding(text, limit(request)))
            : DocumentJson.similar("text", text, all.similarTo(text, limit(request))))
        .toString();
  }

  private static boolean byEmbedding(HttpRoute.Request request) {
    String by = request.queryParam("by").orElse("terms");
    return switch (by) {
      case "terms" -> false;
      case "embedding" -> true;
      default -> throw HttpStatusException.badRequest("by must be terms or embedding, was " + by);
    };
  }

  private DocumentVector known(String id) {
    return search.get().vector(id).orElseThrow(() -> unknown(id));
  }

  private static HttpStatusException unknown(String id) {
    return HttpStatusException.notFound(
        "no document " + id + " has a vector: it was not sent, was deleted, or has no vector yet");
  }

  private int limit(HttpRoute.Request request) {
    return QueryParameters.limit(request, maxResults);
  }
}
