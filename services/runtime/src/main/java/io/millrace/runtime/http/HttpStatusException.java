package io.millrace.runtime.http;

/** Why a question over HTTP has no answer; the message is for the one who asked. */
public final class HttpStatusException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  private final int status;

  private HttpStatusException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The question is wrong. */
  public static HttpStatusException badRequest(String message) {
    return new HttpStatusException(BAD_REQUEST, message);
  }

  /** What was asked for is not there. */
  public static HttpStatusException notFound(String message) {
    return new HttpStatusException(NOT_FOUND, message);
  }

  /** The status code of HTTP. */
  public int status() {
    return status;
  }
}
