package io.millrace.runtime.http;

import java.util.Optional;

/**
 * A route that a service serves, beside those of every process. Only {@code GET}. Several threads
 * call the handler at the same time, and only while the service is ready; otherwise the status is
 * 503.
 *
 * @param path the path: {@code /documents/<id>/vector}; a parameter in angle brackets may contain
 *     slashes, one in braces is a single segment
 * @param handler makes the response
 */
public record HttpRoute(String path, Handler handler) {
  public HttpRoute {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with /, was " + path);
    }
  }

  /** Makes the response to a request. */
  public interface Handler {
    /**
     * The response, as JSON.
     *
     * @throws HttpStatusException if the request is answered by an error
     */
    String answer(Request request);
  }

  /** A request. Its parameters are decoded. */
  public interface Request {

    /** A parameter of the path. */
    String pathParam(String name);

    /** A parameter of the query; the first if it was given several times. */
    Optional<String> queryParam(String name);
  }
}
