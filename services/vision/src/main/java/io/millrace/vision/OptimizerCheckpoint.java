package io.millrace.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.runtime.training.TrainerSnapshot;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Encodes the optimizer's state as parts of a checkpoint: a safetensors file, split. */
final class OptimizerCheckpoint {

  private static final String PREFIX = "optimizer-";

  private OptimizerCheckpoint() {}

  /** Adds the parts of a state to a checkpoint. */
  static void put(SafeTensors state, Map<String, Optional<byte[]>> checkpoint) {
    byte[] bytes = state.toBytes();
    int part = 0;
    for (int from = 0; from < bytes.length; from += TrainerSnapshot.MAX_PART_BYTES) {
      int to = Math.min(bytes.length, from + TrainerSnapshot.MAX_PART_BYTES);
      checkpoint.put(PREFIX + part++, Optional.of(Arrays.copyOfRange(bytes, from, to)));
    }
  }

  /**
   * Reads the parts.
   *
   * @throws IllegalArgumentException if they are not a safetensors file
   */
  static SafeTensors read(Map<String, byte[]> checkpoint) {
    var bytes = new ByteArrayOutputStream();
    for (int part = 0; checkpoint.containsKey(PREFIX + part); part++) {
      bytes.writeBytes(checkpoint.get(PREFIX + part));
    }
    return SafeTensors.read(bytes.toByteArray());
  }
}
