package io.millrace.runtime.http;

import java.util.Map;

/** A request is answered by an error status; the message is for the client. */
public final class HttpStatusException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int NOT_ACCEPTABLE = 406;
  private static final int CONFLICT = 409;
  private static final int TOO_LARGE = 413;
  private static final int UNSUPPORTED_TYPE = 415;
  private static final int UNAVAILABLE = 503;
  private static final int GATEWAY_TIMEOUT = 504;

  private final int status;

  private final transient Map<String, String> headers;

  private HttpStatusException(int status, String message) {
    this(status, message, Map.of());
  }

  private HttpStatusException(int status, String message, Map<String, String> headers) {
    super(message);
    this.status = status;
    this.headers = headers;
  }

  /** Status 400: the request is invalid. */
  public static HttpStatusException badRequest(String message) {
    return new HttpStatusException(BAD_REQUEST, message);
  }

  /** Status 404: what the request names does not exist. */
  public static HttpStatusException notFound(String message) {
    return new HttpStatusException(NOT_FOUND, message);
  }

  /** Status 406: the client takes nothing that the route answers. */
  public static HttpStatusException notAcceptable(String message) {
    return new HttpStatusException(NOT_ACCEPTABLE, message);
  }

  /** Status 409: the request does not fit the state of what it asks about. */
  public static HttpStatusException conflict(String message) {
    return new HttpStatusException(CONFLICT, message);
  }

  /** Status 403: the request is not allowed. */
  public static HttpStatusException forbidden(String message) {
    return new HttpStatusException(FORBIDDEN, message);
  }

  /** Status 413: the body is too large. */
  public static HttpStatusException tooLarge(String message) {
    return new HttpStatusException(TOO_LARGE, message);
  }

  /** Status 415: the body is of a type that the route does not take. */
  public static HttpStatusException unsupportedType(String message) {
    return new HttpStatusException(UNSUPPORTED_TYPE, message);
  }

  /**
   * Status 415: the body has a coding that is not understood; the answer says which are (RFC 7694,
   * section 3).
   *
   * @param codings those that are, for {@code Accept-Encoding}
   */
  static HttpStatusException unsupportedCoding(String codings, String message) {
    return new HttpStatusException(UNSUPPORTED_TYPE, message, Map.of("Accept-Encoding", codings));
  }

  /** Status 504: what was to be waited for has not come in time. */
  public static HttpStatusException timedOut(String message) {
    return new HttpStatusException(GATEWAY_TIMEOUT, message);
  }

  /** Status 503: the request could be answered later. */
  public static HttpStatusException unavailable(String message) {
    return new HttpStatusException(UNAVAILABLE, message);
  }

  /** The same with words before its message. */
  public HttpStatusException with(String before) {
    return new HttpStatusException(status, before + getMessage(), headers);
  }

  /** Headers of the answer, by their names. */
  public Map<String, String> headers() {
    return headers;
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }
}
