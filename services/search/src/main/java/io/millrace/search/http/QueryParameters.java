package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;

/** Numbers in the query of a request. */
final class QueryParameters {

  private static final int DEFAULT_RESULTS = 10;

  private QueryParameters() {}

  /**
   * The number of results: {@code k}.
   *
   * @param max the largest allowed
   * @throws HttpStatusException if it is not a number from 1 to that
   */
  static int limit(HttpRoute.Request request, int max) {
    String given = request.queryParam("k").orElse(Integer.toString(Math.min(DEFAULT_RESULTS, max)));
    try {
      int limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= max) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Refused below, like any other wrong number.
    }
    throw HttpStatusException.badRequest(
        "k must be a number from 1 to " + max + " (search.results.max), was " + given);
  }

  /**
   * A number of a parameter.
   *
   * @throws HttpStatusException if it is not a number from 1 to the most
   */
  static int number(HttpRoute.Request request, String name, int standard, int most) {
    String given = request.queryParam(name).orElse(Integer.toString(standard));
    try {
      int number = Integer.parseInt(given);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like any other wrong number.
    }
    throw HttpStatusException.badRequest(
        "%s must be a number from 1 to %d, was %s".formatted(name, most, given));
  }

  /**
   * The least number of occurrences of a word to be found: {@code minCount}.
   *
   * @throws HttpStatusException if it is not a number of at least 0
   */
  static long minCount(HttpRoute.Request request) {
    String given = request.queryParam("minCount").orElse("0");
    try {
      long count = Long.parseLong(given);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Refused below, like any other wrong number.
    }
    throw HttpStatusException.badRequest("minCount must be a number of at least 0, was " + given);
  }
}
