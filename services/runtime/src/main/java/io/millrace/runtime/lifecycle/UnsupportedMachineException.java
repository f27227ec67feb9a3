package io.millrace.runtime.lifecycle;

import org.jspecify.annotations.Nullable;

/** A service needs a native library that cannot be used on this machine; others may run there. */
public final class UnsupportedMachineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UnsupportedMachineException(String message) {
    this(message, null);
  }

  public UnsupportedMachineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
