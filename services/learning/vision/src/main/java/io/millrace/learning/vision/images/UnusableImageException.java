package io.millrace.learning.vision.images;

/** An image cannot be used; the message says why, to the person who sent it. */
public final class UnusableImageException extends Exception {

  private static final long serialVersionUID = 1L;

  UnusableImageException(String reason) {
    super(reason);
  }

  UnusableImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
