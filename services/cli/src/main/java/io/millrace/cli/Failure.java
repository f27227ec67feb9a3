package io.millrace.cli;

/** A command cannot do what was asked; the message says why and what to do. Exit code 1. */
public final class Failure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public Failure(String message) {
    super(message);
  }

  public Failure(String message, Throwable cause) {
    super(message, cause);
  }
}
