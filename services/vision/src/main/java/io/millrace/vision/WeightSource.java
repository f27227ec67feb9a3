package io.millrace.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.records.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * The file of weights that a model was started from, if they were not drawn at random.
 *
 * @param weights the first weights; empty once the model has learned further
 * @param sha256 of the file, lower-case hexadecimal
 */
record WeightSource(Optional<SafeTensors> weights, String sha256) {

  /** Its part of a checkpoint. */
  private static final String PART = "origin";

  static WeightSource of(SafeTensors weights, byte[] file) {
    return new WeightSource(Optional.of(weights), Sha256.hex(file));
  }

  /** Reads it from a checkpoint; empty if the weights were drawn at random. */
  static Optional<WeightSource> read(Map<String, byte[]> checkpoint) {
    return Optional.ofNullable(checkpoint.get(PART))
        .map(bytes ->
            new WeightSource(Optional.empty(), new String(bytes, StandardCharsets.US_ASCII)));
  }

  /** Adds it to a checkpoint. */
  void put(Map<String, Optional<byte[]>> checkpoint) {
    checkpoint.put(PART, Optional.of(sha256.getBytes(StandardCharsets.US_ASCII)));
  }
}
