package io.millrace.runtime.settings;

/**
 * What the topics hold and what the settings say do not go together; the message names both and
 * says what to do. Nothing was changed.
 */
public final class IncompatibleStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public IncompatibleStateException(String message) {
    super(message);
  }

  /** With the advice to begin anew. */
  public static IncompatibleStateException resettable(String model, String message) {
    return new IncompatibleStateException(
        message + "; put it back, or begin anew with `millrace models reset " + model + "`");
  }
}
