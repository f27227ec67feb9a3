package io.millrace.cli.send.rows;

import java.io.IOException;
import java.nio.file.Path;

/** A file, or what is left of it, cannot be read; the message says why and what to do. */
public final class UnreadableFileException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long line;

  public UnreadableFileException(String message) {
    this(0, message);
  }

  /**
   * Creates an exception.
   *
   * @param line the line at fault, from 1; 0 for none
   */
  UnreadableFileException(long line, String message) {
    super(message);
    this.line = line;
  }

  public UnreadableFileException(String message, Throwable cause) {
    super(message, cause);
    this.line = 0;
  }

  /** The place at fault in a file. */
  public String where(Path file) {
    return line == 0 ? file.toString() : file + ":" + line;
  }
}
