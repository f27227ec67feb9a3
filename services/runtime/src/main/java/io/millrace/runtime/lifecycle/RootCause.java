package io.millrace.runtime.lifecycle;

/** What a person reads of an exception: the innermost cause says what went wrong. */
public final class RootCause {

  private RootCause() {}

  /** The message of the innermost cause; its class name if it has no message. */
  public static String message(Throwable exception) {
    Throwable cause = exception;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.toString() : message;
  }
}
