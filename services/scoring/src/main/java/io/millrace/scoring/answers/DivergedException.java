package io.millrace.scoring.answers;

import io.millrace.runtime.models.VersionId;

/** A version has answered with NaN or infinity. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String model;
  private final long version;

  public DivergedException(String model, long version, double number) {
    super(
        "version %d of the model %s has diverged: it predicts %s"
            .formatted(version, model, number));
    this.model = model;
    this.version = version;
  }

  /** The version. */
  public VersionId id() {
    return new VersionId(model, version);
  }
}
