package io.millrace.console.views;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;

/** Numbers in the query of a request. */
public final class Query {
  private Query() {}

  /**
   * A number of a parameter.
   *
   * @throws HttpStatusException 400 if it is not a number in the range
   */
  public static long number(
      HttpRoute.Request request, String name, long standard, long from, long to) {
    String given = request.queryParam(name).orElse("");
    if (given.isEmpty()) {
      return standard;
    }
    try {
      long number = Long.parseLong(given);
      if (number >= from && number <= to) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like any other wrong number.
    }
    throw HttpStatusException.badRequest(
        to == Long.MAX_VALUE
            ? "%s must be a number of at least %d, was %s".formatted(name, from, given)
            : "%s must be a number from %d to %d, was %s".formatted(name, from, to, given));
  }

  /**
   * A number that must be there.
   *
   * @throws HttpStatusException 400 if it is not there, or no number of at least 0
   */
  public static long required(HttpRoute.Request request, String name) {
    if (request.queryParam(name).filter(it -> !it.isBlank()).isEmpty()) {
      throw HttpStatusException.badRequest("the parameter " + name + " is missing");
    }
    return number(request, name, 0, 0, Long.MAX_VALUE);
  }
}
