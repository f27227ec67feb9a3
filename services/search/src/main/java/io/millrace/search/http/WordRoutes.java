package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.search.SearchMetrics;
import io.millrace.search.words.SimilarWord;
import io.millrace.search.words.UnknownWordException;
import io.millrace.search.words.VectorText;
import io.millrace.search.words.WordSearch;
import java.util.List;

/** What is answered over HTTP about words. */
public final class WordRoutes {

  private final WordSearch words;
  private final int maxResults;

  /** Routes that ask this search. */
  public WordRoutes(WordSearch words, int maxResults) {
    this.words = words;
    this.maxResults = maxResults;
  }

  /** All of them; each is timed. */
  public List<HttpRoute> all(SearchMetrics metrics) {
    return List.of(
        route("/words/<word>/nearest", metrics.timed("nearest", this::nearest)),
        route("/words/nearest", metrics.timed("nearest-vector", this::nearestTo)),
        route("/words/analogy", metrics.timed("analogy", this::analogy)),
        route("/words/similarity", metrics.timed("similarity", this::similarity)),
        route("/words/stats", metrics.timed("stats", this::stats)));
  }

  private static HttpRoute route(String path, HttpRoute.Handler handler) {
    return new HttpRoute(
        path,
        asked -> {
          try {
            return handler.answer(asked);
          } catch (UnknownWordException e) {
            throw HttpStatusException.notFound(String.valueOf(e.getMessage()));
          }
        });
  }

  private String nearest(HttpRoute.Request asked) {
    String word = words.known(asked.pathParam("word"));
    List<SimilarWord> found = words.nearest(word, limit(asked), QueryParameters.minCount(asked));
    return WordJson.nearest(word, found).toString();
  }

  private String nearestTo(HttpRoute.Request asked) {
    float[] vector = vector(asked);
    int dimensions = words.table().vectors().dimensions();
    if (words.table().size() > 0 && vector.length != dimensions) {
      throw HttpStatusException.badRequest(
          "vector has " + vector.length + " numbers, the word vectors have " + dimensions);
    }
    List<SimilarWord> found =
        words.table().size() == 0
            ? List.of()
            : words.nearest(vector, limit(asked), QueryParameters.minCount(asked));
    return WordJson.nearest(vector, found).toString();
  }

  private static float[] vector(HttpRoute.Request asked) {
    String text =
        asked
            .queryParam("vector")
            .orElseThrow(() ->
                HttpStatusException.badRequest(
                    "say which vector: /words/nearest?vector=0.1,0.2,…, or which word:"
                        + " /words/WORD/nearest"));
    try {
      return VectorText.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpStatusException.badRequest("vector: " + e.getMessage());
    }
  }

  private String analogy(HttpRoute.Request asked) {
    String a = word(asked, "a", "/words/analogy?a=man&b=king&c=woman");
    String b = word(asked, "b", "/words/analogy?a=man&b=king&c=woman");
    String c = word(asked, "c", "/words/analogy?a=man&b=king&c=woman");
    List<SimilarWord> found = words.analogy(a, b, c, limit(asked), QueryParameters.minCount(asked));
    return WordJson.analogy(a, b, c, found).toString();
  }

  private String similarity(HttpRoute.Request asked) {
    String a = word(asked, "a", "/words/similarity?a=money&b=cash");
    String b = word(asked, "b", "/words/similarity?a=money&b=cash");
    return WordJson.similarity(a, b, words.similarity(a, b)).toString();
  }

  private String stats(HttpRoute.Request asked) {
    return WordJson.stats(words.stats()).toString();
  }

  private String word(HttpRoute.Request asked, String name, String example) {
    return words.known(
        asked
            .queryParam(name)
            .filter(it -> !it.isBlank())
            .orElseThrow(
                () -> HttpStatusException.badRequest("say which word " + name + ": " + example)));
  }

  private int limit(HttpRoute.Request asked) {
    return QueryParameters.limit(asked, maxResults);
  }
}
