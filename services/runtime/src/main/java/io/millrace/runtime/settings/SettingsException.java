package io.millrace.runtime.settings;

/** A setting is unknown or invalid; the message names it and says what is accepted. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }
}
