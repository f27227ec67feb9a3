package io.millrace.search.index;

import java.nio.file.Path;

/** Another process has the index of a folder open. */
public final class IndexInUseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  IndexInUseException(Path folder, Throwable cause) {
    super(
        "the index in "
            + folder
            + " is in use by another process: wait until that has ended, or set state.directory",
        cause);
  }
}
