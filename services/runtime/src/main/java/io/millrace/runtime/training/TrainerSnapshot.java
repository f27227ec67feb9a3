package io.millrace.runtime.training;

import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.StoredCheckpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The output of a step; it is committed whole or not at all.
 *
 * @param model the safetensors bytes; empty for a model published elsewhere
 * @param classes the classes in the order of the scores
 * @param records records learned from in all steps
 * @param metrics numbers for the manifest
 * @param checkpoint the parts of the checkpoint that changed since the last snapshot, each at most
 *     {@link #MAX_PART_BYTES} long; an empty value deletes the part. The name {@code manifest} is
 *     reserved
 * @param outputs records for other topics
 */
public record TrainerSnapshot(
    byte[] model,
    List<String> classes,
    long records,
    Map<String, Double> metrics,
    Map<String, Optional<byte[]>> checkpoint,
    List<ProducerRecord<byte[], byte[]>> outputs) {

  /** The longest part of a model or checkpoint, in bytes. */
  public static final int MAX_PART_BYTES = ModelRecords.MAX_PART_BYTES;

  public TrainerSnapshot {
    classes = List.copyOf(classes);
    metrics = Map.copyOf(metrics);
    checkpoint = Collections.unmodifiableMap(new LinkedHashMap<>(checkpoint));
    outputs = Collections.unmodifiableList(new ArrayList<>(outputs));
    if (checkpoint.containsKey(StoredCheckpoint.MANIFEST)) {
      throw new IllegalArgumentException("the checkpoint part name manifest is reserved");
    }
    checkpoint.forEach((part, bytes) -> {
      if (bytes.isPresent() && bytes.get().length > MAX_PART_BYTES) {
        throw new IllegalArgumentException(
            "checkpoint part %s must have at most %d bytes, had %d"
                .formatted(part, MAX_PART_BYTES, bytes.get().length));
      }
    });
  }
}
