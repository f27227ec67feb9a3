package io.millrace.runtime.administration;

/** What a person asks for cannot be done; the message says why, and what to do instead. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public RefusedException(String message) {
    super(message);
  }

  public RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
