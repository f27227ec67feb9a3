package io.millrace.runtime.http;

/** A request is answered by an error status; the message is for the client. */
public final class HttpStatusException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  private final int status;

  private HttpStatusException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Status 400: the request is invalid. */
  public static HttpStatusException badRequest(String message) {
    return new HttpStatusException(BAD_REQUEST, message);
  }

  /** Status 404: what the request names does not exist. */
  public static HttpStatusException notFound(String message) {
    return new HttpStatusException(NOT_FOUND, message);
  }

  /** Status 409: the request does not fit the state of what it asks about. */
  public static HttpStatusException conflict(String message) {
    return new HttpStatusException(CONFLICT, message);
  }

  /** Status 503: the request could be answered later. */
  public static HttpStatusException unavailable(String message) {
    return new HttpStatusException(UNAVAILABLE, message);
  }

  /** The HTTP status code. */
  public int status() {
    return status;
  }
}
