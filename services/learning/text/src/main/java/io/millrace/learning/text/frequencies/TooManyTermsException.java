package io.millrace.learning.text.frequencies;

/** A text has more different terms than it may. */
public final class TooManyTermsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TooManyTermsException(int terms, long most) {
    super("it has more different terms than fit into " + most + " bytes; " + terms + " were found");
  }
}
