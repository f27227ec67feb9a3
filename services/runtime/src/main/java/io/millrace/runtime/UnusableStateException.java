package io.millrace.runtime;

/**
 * What the topics hold and what the settings say do not go together; the message names both and
 * says what to do. Nothing was changed.
 */
public final class UnusableStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnusableStateException(String message) {
    super(message);
  }

  /** With the advice to begin anew. */
  static UnusableStateException resettable(String model, String message) {
    return new UnusableStateException(
        message + "; put it back, or begin anew with `millrace models reset " + model + "`");
  }
}
