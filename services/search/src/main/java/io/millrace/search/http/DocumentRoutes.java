package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.SearchMetrics;
import io.millrace.search.documents.DocumentSearch;
import io.millrace.search.documents.SimilarByEmbedding;
import io.millrace.search.index.SimilarDocument;
import java.util.List;
import java.util.function.Supplier;

/** What is answered over HTTP. */
public final class DocumentRoutes {

  private final Supplier<DocumentSearch> search;
  private final int maxResults;

  /**
   * Routes.
   *
   * @param search what answers; asked for only while the service is ready
   */
  public DocumentRoutes(Supplier<DocumentSearch> search, int maxResults) {
    this.search = search;
    this.maxResults = maxResults;
  }

  /** All of them; each is timed. */
  public List<HttpRoute> all(SearchMetrics metrics) {
    return List.of(
        route("/documents/<id>/vector", metrics.timed("vector", this::vector)),
        route("/documents/<id>/terms", metrics.timed("terms", this::terms)),
        route("/documents/<id>/similar", metrics.timed("similar", this::similar)),
        route("/documents/similar", metrics.timed("text", this::similarTo)));
  }

  private static HttpRoute route(String path, HttpRoute.Handler handler) {
    return new HttpRoute(path, handler);
  }

  private String vector(HttpRoute.Request asked) {
    String id = asked.pathParam("id");
    return DocumentJson.vector(id, known(id)).toString();
  }

  private String terms(HttpRoute.Request asked) {
    String id = asked.pathParam("id");
    int limit = limit(asked);
    DocumentVector vector = known(id);
    return DocumentJson.terms(id, vector, DocumentSearch.strongest(vector, limit)).toString();
  }

  private String similar(HttpRoute.Request asked) {
    String id = asked.pathParam("id");
    if (byEmbedding(asked)) {
      SimilarByEmbedding found =
          search.get().similarByEmbedding(id, limit(asked)).orElseThrow(() -> unknown(id));
      return DocumentJson.similar("id", id, found).toString();
    }
    List<SimilarDocument> found =
        search.get().similar(id, limit(asked)).orElseThrow(() -> unknown(id));
    return DocumentJson.similar("id", id, found).toString();
  }

  private String similarTo(HttpRoute.Request asked) {
    String text =
        asked
            .queryParam("text")
            .filter(it -> !it.isBlank())
            .orElseThrow(() ->
                HttpStatusException.badRequest(
                    "say what text: /documents/similar?text=…, or which document:"
                        + " /documents/ID/similar"));
    DocumentSearch all = search.get();
    return (byEmbedding(asked)
            ? DocumentJson.similar("text", text, all.similarToByEmbedding(text, limit(asked)))
            : DocumentJson.similar("text", text, all.similarTo(text, limit(asked))))
        .toString();
  }

  private static boolean byEmbedding(HttpRoute.Request asked) {
    String by = asked.queryParam("by").orElse("terms");
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
        "no document " + id + " has a vector: it was not sent, was deleted, or is not weighed yet");
  }

  private int limit(HttpRoute.Request asked) {
    return QueryParameters.limit(asked, maxResults);
  }
}
