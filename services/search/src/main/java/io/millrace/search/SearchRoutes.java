package io.millrace.search;

import io.millrace.runtime.HttpProblem;
import io.millrace.runtime.HttpRoute;
import io.millrace.schemas.avro.DocumentVector;
import java.util.List;
import java.util.function.Supplier;

/** What is answered over HTTP. */
final class SearchRoutes {

  private final Supplier<DocumentSearch> search;
  private final int maxResults;

  /**
   * Routes.
   *
   * @param search what answers; asked for only while the service is ready
   */
  SearchRoutes(Supplier<DocumentSearch> search, int maxResults) {
    this.search = search;
    this.maxResults = maxResults;
  }

  /** All of them; each is timed. */
  List<HttpRoute> all(SearchMetrics metrics) {
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
    String id = asked.inPath("id");
    return SearchJson.vector(id, known(id)).toString();
  }

  private String terms(HttpRoute.Request asked) {
    String id = asked.inPath("id");
    int limit = limit(asked);
    DocumentVector vector = known(id);
    return SearchJson.terms(id, vector, DocumentSearch.strongest(vector, limit)).toString();
  }

  private String similar(HttpRoute.Request asked) {
    String id = asked.inPath("id");
    if (byEmbedding(asked)) {
      SimilarByEmbedding found =
          search.get().similarByEmbedding(id, limit(asked)).orElseThrow(() -> unknown(id));
      return SearchJson.similar("id", id, found).toString();
    }
    List<Similar> found = search.get().similar(id, limit(asked)).orElseThrow(() -> unknown(id));
    return SearchJson.similar("id", id, found).toString();
  }

  private String similarTo(HttpRoute.Request asked) {
    String text =
        asked
            .inQuery("text")
            .filter(it -> !it.isBlank())
            .orElseThrow(() ->
                HttpProblem.badRequest(
                    "say what text: /documents/similar?text=…, or which document:"
                        + " /documents/ID/similar"));
    DocumentSearch all = search.get();
    return (byEmbedding(asked)
            ? SearchJson.similar("text", text, all.similarToByEmbedding(text, limit(asked)))
            : SearchJson.similar("text", text, all.similarTo(text, limit(asked))))
        .toString();
  }

  private static boolean byEmbedding(HttpRoute.Request asked) {
    String by = asked.inQuery("by").orElse("terms");
    return switch (by) {
      case "terms" -> false;
      case "embedding" -> true;
      default -> throw HttpProblem.badRequest("by must be terms or embedding, was " + by);
    };
  }

  private DocumentVector known(String id) {
    return search.get().vector(id).orElseThrow(() -> unknown(id));
  }

  private static HttpProblem unknown(String id) {
    return HttpProblem.notFound(
        "no document " + id + " has a vector: it was not sent, was deleted, or is not weighed yet");
  }

  private int limit(HttpRoute.Request asked) {
    return QueryNumbers.limit(asked, maxResults);
  }
}
