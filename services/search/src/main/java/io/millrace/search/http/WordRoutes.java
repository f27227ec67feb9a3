package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.http.Operation;
import io.millrace.search.words.NotOneWordException;
import io.millrace.search.words.SimilarWord;
import io.millrace.search.words.UnknownWordException;
import io.millrace.search.words.VectorText;
import io.millrace.search.words.WordMap;
import io.millrace.search.words.WordSearch;
import java.util.List;

/** The HTTP routes about words; see {@code docs/http-api.md}. */
public final class WordRoutes {

  private static final String REQUIRED = "A word; required";
  private static final int MAPPED = 500;
  private static final int MOST_MAPPED = 5000;

  private final WordSearch words;
  private final WordMap map;
  private final int maxResults;

  /** The routes of a service. */
  public WordRoutes(WordSearch words, int maxResults) {
    this.words = words;
    this.map = new WordMap(words.table());
    this.maxResults = maxResults;
  }

  /** All routes, each with its requests timed. */
  public List<HttpRoute> all(RouteTimer timer) {
    return List.of(
        route("/words/<word>/nearest", timer.timed("nearest", this::nearest))
            .described(words("The words with the most similar vectors")),
        route("/words/nearest", timer.timed("nearest-vector", this::nearestTo))
            .described(
                words("The words nearest to a vector")
                    .query("vector", "string", "Numbers separated by commas; required")),
        route("/words/analogy", timer.timed("analogy", this::analogy))
            .described(
                words("The words that complete an analogy: a is to b as c is to what")
                    .query("a", "string", REQUIRED)
                    .query("b", "string", REQUIRED)
                    .query("c", "string", REQUIRED)),
        route("/words/similarity", timer.timed("similarity", this::similarity))
            .described(
                json("The similarity of two words")
                    .query("a", "string", REQUIRED)
                    .query("b", "string", REQUIRED)),
        route("/words/stats", timer.timed("stats", this::stats))
            .described(json("Statistics over all words")),
        route("/words/map", timer.timed("map", this::map))
            .described(
                json("The most frequent words on a plane")
                    .query("k", "integer", "How many words; 500 if it is not given")));
  }

  private static Operation json(String summary) {
    return Operation.of(summary).answersJson("{}");
  }

  private static Operation words(String summary) {
    return json(summary)
        .query("k", "integer", "The largest number of results; 10 if it is not given")
        .query("minCount", "integer", "Leaves out words that occur less often");
  }

  private static HttpRoute route(String path, HttpRoute.Handler handler) {
    return new HttpRoute(
        path,
        request -> {
          try {
            return handler.answer(request);
          } catch (UnknownWordException e) {
            throw HttpStatusException.notFound(String.valueOf(e.getMessage()));
          } catch (NotOneWordException e) {
            throw HttpStatusException.badRequest(String.valueOf(e.getMessage()));
          }
        });
  }

  private String nearest(HttpRoute.Request request) {
    String word = words.known(request.pathParam("word"));
    List<SimilarWord> found =
        words.nearest(word, limit(request), QueryParameters.minCount(request));
    return WordJson.nearest(word, found).toString();
  }

  private String nearestTo(HttpRoute.Request request) {
    float[] vector = vector(request);
    int dimensions = words.table().vectors().dimensions();
    if (words.table().size() > 0 && vector.length != dimensions) {
      throw HttpStatusException.badRequest(
          "vector has " + vector.length + " numbers, the word vectors have " + dimensions);
    }
    List<SimilarWord> found =
        words.table().size() == 0
            ? List.of()
            : words.nearest(vector, limit(request), QueryParameters.minCount(request));
    return WordJson.nearest(vector, found).toString();
  }

  private static float[] vector(HttpRoute.Request request) {
    String text =
        request
            .queryParam("vector")
            .orElseThrow(() ->
                HttpStatusException.badRequest(
                    "the parameter vector is missing: /words/nearest?vector=0.1,0.2,…; for a word"
                        + " instead: /words/WORD/nearest"));
    try {
      return VectorText.parse(text);
    } catch (IllegalArgumentException e) {
      throw HttpStatusException.badRequest("vector: " + e.getMessage());
    }
  }

  private String analogy(HttpRoute.Request request) {
    String a = word(request, "a", "/words/analogy?a=man&b=king&c=woman");
    String b = word(request, "b", "/words/analogy?a=man&b=king&c=woman");
    String c = word(request, "c", "/words/analogy?a=man&b=king&c=woman");
    List<SimilarWord> found =
        words.analogy(a, b, c, limit(request), QueryParameters.minCount(request));
    return WordJson.analogy(a, b, c, found).toString();
  }

  private String similarity(HttpRoute.Request request) {
    String a = word(request, "a", "/words/similarity?a=money&b=cash");
    String b = word(request, "b", "/words/similarity?a=money&b=cash");
    return WordJson.similarity(a, b, words.similarity(a, b)).toString();
  }

  private String stats(HttpRoute.Request request) {
    return WordJson.stats(words.stats()).toString();
  }

  private String map(HttpRoute.Request request) {
    return WordJson.map(map.places(QueryParameters.number(request, "k", MAPPED, MOST_MAPPED)))
        .toString();
  }

  private String word(HttpRoute.Request request, String name, String example) {
    return words.known(
        request
            .queryParam(name)
            .filter(it -> !it.isBlank())
            .orElseThrow(() ->
                HttpStatusException.badRequest(
                    "the parameter %s is missing: %s".formatted(name, example))));
  }

  private int limit(HttpRoute.Request request) {
    return QueryParameters.limit(request, maxResults);
  }
}
