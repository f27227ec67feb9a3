package io.millrace.runtime.http;

import io.millrace.runtime.records.RequestTrace;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A route that a service serves, beside those of every process. Several threads call its responder
 * at the same time.
 *
 * @param method the method; {@code HEAD} is answered as {@code GET} is, without the body
 * @param path the path: {@code /documents/<id>/vector}; a parameter in angle brackets may contain
 *     slashes, one in braces is a single segment
 * @param maxBodyBytes the largest body of a request, in bytes; 0 for none. A larger one is answered
 *     with status 413 and is not read to its end.
 * @param whileStarting whether it is answered before the service is ready; otherwise the status is
 *     503 until then
 * @param open which of its paths, as they were sent, may be read without the token
 * @param operation what it does, for the OpenAPI document
 * @param responder makes the response
 */
public record HttpRoute(
    Method method,
    String path,
    long maxBodyBytes,
    boolean whileStarting,
    Predicate<String> open,
    Operation operation,
    Responder responder) {

  private static final Operation JSON = Operation.of("").answersJson("{}");
  private static final Operation ANY = Operation.of("");

  /** The methods that routes may have. */
  public enum Method {
    GET,
    POST,
    PUT,
    DELETE
  }

  public HttpRoute {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path must begin with /, was " + path);
    }
    if (maxBodyBytes < 0 || maxBodyBytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "maxBodyBytes must be from 0 to 2^31 - 9, was " + maxBodyBytes);
    }
    if (maxBodyBytes > 0 && method == Method.GET) {
      throw new IllegalArgumentException("a GET request has no body: " + path);
    }
  }

  /** Reads something: {@code GET}, answered as JSON. */
  public HttpRoute(String path, Handler handler) {
    this(
        Method.GET,
        path,
        0,
        false,
        _ -> false,
        JSON,
        request -> HttpResponse.json(handler.answer(request)));
  }

  private HttpRoute(Method method, String path, long maxBodyBytes, Responder responder) {
    this(method, path, maxBodyBytes, false, _ -> false, ANY, responder);
  }

  /** Reads something. */
  public static HttpRoute get(String path, Responder responder) {
    return new HttpRoute(Method.GET, path, 0, responder);
  }

  /** Writes or computes something. */
  public static HttpRoute post(String path, long maxBodyBytes, Responder responder) {
    return new HttpRoute(Method.POST, path, maxBodyBytes, responder);
  }

  /** Puts something in a place. */
  public static HttpRoute put(String path, long maxBodyBytes, Responder responder) {
    return new HttpRoute(Method.PUT, path, maxBodyBytes, responder);
  }

  /** Deletes something. */
  public static HttpRoute delete(String path, Responder responder) {
    return new HttpRoute(Method.DELETE, path, 0, responder);
  }

  /** The same route, answered also before the service is ready. */
  public HttpRoute alsoWhileStarting() {
    return new HttpRoute(method, path, maxBodyBytes, true, open, operation, responder);
  }

  /** The same route at a path that begins otherwise: {@code /v1} before its own. */
  public HttpRoute under(String prefix) {
    return new HttpRoute(
        method, prefix + path, maxBodyBytes, whileStarting, open, operation, responder);
  }

  /** The same route; some of its paths, as they were sent, may be read without the token. */
  public HttpRoute open(Predicate<String> paths) {
    return new HttpRoute(method, path, maxBodyBytes, whileStarting, paths, operation, responder);
  }

  /** The same route, described. */
  public HttpRoute described(Operation as) {
    return new HttpRoute(method, path, maxBodyBytes, whileStarting, open, as, responder);
  }

  /** Makes the response to a request. */
  @FunctionalInterface
  public interface Responder {
    /**
     * The response.
     *
     * @throws HttpStatusException if the request is answered by an error
     */
    HttpResponse respond(Request request) throws Exception;
  }

  /** Makes the response to a request as JSON. */
  @FunctionalInterface
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

    /** A header; the first if it was given several times. Names are compared without case. */
    default Optional<String> header(String name) {
      return Optional.empty();
    }

    /** Its trace, as its headers say. */
    default RequestTrace trace() {
      return RequestTrace.of(
          header("traceparent").stream().toList(), header("tracestate").stream().toList());
    }

    /** The body, at most as long as the route allows; empty if there is none. Not copied. */
    default byte[] body() {
      return new byte[0];
    }
  }
}
