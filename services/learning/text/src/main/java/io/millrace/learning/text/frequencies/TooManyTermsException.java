package io.millrace.learning.text.frequencies;

/** The different terms of a text have more bytes than allowed. */
public final class TooManyTermsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TooManyTermsException(int terms, long maxBytes) {
    super("its different terms do not fit into " + maxBytes + " bytes; " + terms + " were counted");
  }
}
