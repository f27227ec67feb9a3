package io.millrace.learning.tensors;

/** Bytes are not a safetensors file, or not one with the expected content; the message says why. */
public final class SafeTensorsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  public SafeTensorsException(String message) {
    super(message);
  }

  SafeTensorsException(String message, Throwable cause) {
    super(message, cause);
  }
}
