package io.millrace.console.views;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;

/** Numbers and options in the query of a request. */
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
   * Whether an option was given: {@code ?again} or {@code ?again=true}.
   *
   * @throws HttpStatusException 400 if it has another value
   */
  public static boolean flag(HttpRoute.Request request, String name) {
    return request
        .queryParam(name)
        .map(given -> {
          if (!given.isEmpty() && !given.equals("true")) {
            throw HttpStatusException.badRequest(
                "%s must be left out, or be empty or true, was %s".formatted(name, given));
          }
          return true;
        })
        .orElse(false);
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
