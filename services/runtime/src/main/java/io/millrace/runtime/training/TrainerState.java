package io.millrace.runtime.training;

import io.millrace.schemas.avro.ModelManifest;
import java.util.Map;

/**
 * What a trainer is restored from: the last committed version.
 *
 * @param manifest the version's manifest
 * @param model the safetensors bytes; empty for a model without parts
 * @param checkpoint the private state: part names and bytes
 */
public record TrainerState(ModelManifest manifest, byte[] model, Map<String, byte[]> checkpoint) {
  public TrainerState {
    checkpoint = Map.copyOf(checkpoint);
  }
}
