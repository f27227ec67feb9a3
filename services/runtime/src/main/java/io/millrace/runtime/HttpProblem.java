package io.millrace.runtime;

/** Why a question over HTTP has no answer; the message is for the one who asked. */
public final class HttpProblem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;

  private final int status;

  private HttpProblem(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The question is wrong. */
  public static HttpProblem badRequest(String message) {
    return new HttpProblem(BAD_REQUEST, message);
  }

  /** What was asked for is not there. */
  public static HttpProblem notFound(String message) {
    return new HttpProblem(NOT_FOUND, message);
  }

  /** The status code of HTTP. */
  public int status() {
    return status;
  }
}
