package io.millrace.search.http;

import io.millrace.runtime.http.HttpRoute;

/** Times the requests to a route. */
public interface RouteTimer {

  /**
   * A handler with its requests timed.
   *
   * @param route the route's name in metrics
   */
  HttpRoute.Handler timed(String route, HttpRoute.Handler handler);
}
