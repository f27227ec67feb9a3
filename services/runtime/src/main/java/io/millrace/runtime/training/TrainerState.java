package io.millrace.runtime.training;

import io.millrace.schemas.avro.ModelManifest;
import java.util.Map;

/**
 * The state of the last committed version, from which a trainer is restored.
 *
 * @param manifest the version's manifest
 * @param model the safetensors bytes; empty for a model without parts
 * @param checkpoint the checkpoint's parts by name
 */
public record TrainerState(ModelManifest manifest, byte[] model, Map<String, byte[]> checkpoint) {
  public TrainerState {
    checkpoint = Map.copyOf(checkpoint);
  }
}
