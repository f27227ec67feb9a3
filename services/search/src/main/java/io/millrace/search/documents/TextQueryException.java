package io.millrace.search.documents;

/** Texts cannot be compared with the documents at present; the message says why, and what to do. */
public abstract class TextQueryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TextQueryException(String message) {
    super(message);
  }
}
