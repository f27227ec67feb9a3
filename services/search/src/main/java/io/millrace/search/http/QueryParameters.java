package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;

/** Numbers in the query of a question over HTTP. */
final class QueryParameters {

  private static final int USUAL_RESULTS = 10;

  private QueryParameters() {}

  /**
   * How many results are wanted: {@code k}.
   *
   * @param most the most that may be asked for
   * @throws HttpStatusException if it is no number from 1 to that
   */
  static int limit(HttpRoute.Request asked, int most) {
    String given = asked.queryParam("k").orElse(Integer.toString(Math.min(USUAL_RESULTS, most)));
    try {
      int limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told below, like any other wrong number.
    }
    throw HttpStatusException.badRequest(
        "k must be a number from 1 to " + most + " (search.max.results), was " + given);
  }

  /**
   * How often a word must have been met to be wanted: {@code minCount}.
   *
   * @throws HttpStatusException if it is no number of at least 0
   */
  static long minCount(HttpRoute.Request asked) {
    String given = asked.queryParam("minCount").orElse("0");
    try {
      long count = Long.parseLong(given);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below, like any other wrong number.
    }
    throw HttpStatusException.badRequest("minCount must be a number of at least 0, was " + given);
  }
}
