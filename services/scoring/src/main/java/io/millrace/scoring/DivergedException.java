package io.millrace.scoring;

/** A version has answered with what is no number. */
final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final long version;

  DivergedException(String model, long version, double number) {
    super(
        "version %d of the model %s has diverged: it predicts %s"
            .formatted(version, model, number));
    this.version = version;
  }

  /** The version's number. */
  long version() {
    return version;
  }
}
