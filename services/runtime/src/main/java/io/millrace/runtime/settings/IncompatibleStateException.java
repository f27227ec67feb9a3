package io.millrace.runtime.settings;

/**
 * The topics hold state that this build cannot continue with these settings: a checkpoint was
 * written with another value of a setting, a format is unknown, an offset is gone from the log. The
 * message says what differs and what to do. The service stops; nothing was changed.
 */
public final class IncompatibleStateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public IncompatibleStateException(String message) {
    super(message);
  }

  /**
   * An exception that also names the command that trains a model from the beginning.
   *
   * @param message what differs
   */
  public static IncompatibleStateException resettable(String model, String message) {
    return new IncompatibleStateException(
        message + "; to train it from the beginning, run `millrace models reset " + model + "`");
  }
}
