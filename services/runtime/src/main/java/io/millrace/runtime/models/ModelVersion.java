package io.millrace.runtime.models;

import io.millrace.schemas.avro.ModelManifest;
import java.time.Instant;

/**
 * A complete version of a model, read from the models topic and checked against its digest.
 *
 * @param manifest its description
 * @param bytes the safetensors bytes; empty for a model published elsewhere
 * @param published when the trainer sent it
 */
public record ModelVersion(ModelManifest manifest, byte[] bytes, Instant published) {

  /** Its name among all versions. */
  public VersionId id() {
    return new VersionId(manifest.getModel(), manifest.getVersion());
  }
}
