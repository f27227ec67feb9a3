package io.millrace.learning.vision.images;

/** Bytes are no image that can be used; the message says why, to the person who sent them. */
public final class UnusableImageException extends Exception {

  private static final long serialVersionUID = 1L;

  UnusableImageException(String reason) {
    super(reason);
  }

  UnusableImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
