package io.millrace.runtime.http;

import java.util.Optional;

/**
 * Something that a service answers over HTTP, beside what {@code HttpEndpoint} shows of every
 * process. Only {@code GET}; asked on several threads at once, and only while the service is ready:
 * before that the answer is 503.
 *
 * @param path where: {@code /documents/<id>/vector}; a parameter in angle brackets may hold
 *     slashes, one in braces is a single segment
 * @param handler what answers
 */
public record HttpRoute(String path, Handler handler) {
  public HttpRoute {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with /, was " + path);
    }
  }

  /** Makes the answer to a question. */
  public interface Handler {
    /**
     * The answer, a JSON text.
     *
     * @throws HttpStatusException if there is none
     */
    String answer(Request request);
  }

  /** What was asked. Texts are decoded. */
  public interface Request {

    /** A parameter of the path. */
    String pathParam(String name);

    /** A parameter of the query; the first of several. */
    Optional<String> queryParam(String name);
  }
}
