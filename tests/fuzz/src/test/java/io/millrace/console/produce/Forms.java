package io.millrace.console.produce;

/** Reads forms with files, for fuzzing. */
public final class Forms {

  private Forms() {}

  /**
   * Reads a form.
   *
   * @throws io.millrace.runtime.http.HttpStatusException if it is refused
   */
  public static Object read(String contentType, byte[] body) {
    return MultipartForm.is(contentType) ? MultipartForm.of(contentType, body) : contentType;
  }
}
