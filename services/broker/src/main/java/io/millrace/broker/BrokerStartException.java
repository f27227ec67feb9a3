package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** The broker cannot be started; the message says why, and the kind what to change. */
public final class BrokerStartException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What stands in the way. */
  public enum Kind {
    /** The folder of the data cannot be written, is in use, or holds what Kafka cannot read. */
    FOLDER,
    /** The port for clients cannot be had. */
    PORT
  }

  BrokerStartException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
