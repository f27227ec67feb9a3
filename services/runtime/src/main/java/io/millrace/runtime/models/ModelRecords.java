package io.millrace.runtime.models;

import io.millrace.runtime.records.Sha256;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model version as records: parts of its bytes below the broker's default record limit, then the
 * manifest, which completes it.
 */
public final class ModelRecords {

  /** The format of keys, parts and checkpoints; another one is rejected. */
  public static final int FORMAT = 1;

  /**
   * The longest part of a model or checkpoint, in bytes: below the broker's default record limit.
   */
  public static final int MAX_PART_BYTES = 900_000;

  /** The entry of a manifest's environment with the ids of cluster and input topic. */
  public static final String INPUT_TOPIC = "input.topic";

  private static final Logger LOG = LoggerFactory.getLogger(ModelRecords.class);
  static final AvroCodec<ModelManifest> MANIFESTS = AvroCodec.of(ModelManifest.class);

  private ModelRecords() {}

  /** The number of parts of a model of this size. */
  public static int parts(int sizeBytes) {
    return Math.ceilDiv(sizeBytes, MAX_PART_BYTES);
  }

  /**
   * SHA-256 in lower-case hexadecimal; empty for no bytes, as in the manifest of a model without
   * parts.
   */
  public static String digest(byte[] bytes) {
    return bytes.length == 0 ? "" : Sha256.hex(bytes);
  }

  /**
   * Decodes the manifest of a version. Empty, with a warning, if it is not a manifest or that of
   * another version: it was not written by the trainer, whose own manifest counts.
   */
  static Optional<ModelManifest> manifest(ModelKey key, byte[] value) {
    return switch (MANIFESTS.decode(value)) {
      case Decoded.Invalid<ModelManifest>(String reason) -> {
        LOG.warn("ignored the record {} of the models topic: {}", key.text(), reason);
        yield Optional.empty();
      }
      case Decoded.Valid<ModelManifest>(ModelManifest it) -> {
        if (it.getModel().equals(key.model()) && it.getVersion() == key.version()) {
          yield Optional.of(it);
        }
        LOG.warn(
            "ignored the record {} of the models topic: its manifest is of another version",
            key.text());
        yield Optional.empty();
      }
    };
  }

  /** The records of a version, the manifest last. */
  public static List<ProducerRecord<byte[], byte[]>> version(
      String topic, ModelManifest manifest, byte[] bytes) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int part = 0; part < manifest.getParts(); part++) {
      int from = part * MAX_PART_BYTES;
      int to = Math.min(bytes.length, from + MAX_PART_BYTES);
      var key = ModelKey.part(manifest.getModel(), manifest.getVersion(), part);
      records.add(record(topic, key.text(), Arrays.copyOfRange(bytes, from, to)));
    }
    var key = ModelKey.manifest(manifest.getModel(), manifest.getVersion());
    records.add(record(topic, key.text(), MANIFESTS.encode(manifest)));
    return records;
  }

  /** Tombstones for a version's parts; the manifest stays. */
  public static List<ProducerRecord<byte[], byte[]>> tombstones(
      String topic, String model, long version, int parts) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      records.add(record(topic, ModelKey.part(model, version, part).text(), null));
    }
    return records;
  }

  /** The tombstone for a version's manifest, after those for its parts: nothing of it stays. */
  public static ProducerRecord<byte[], byte[]> manifestTombstone(
      String topic, String model, long version) {
    return record(topic, ModelKey.manifest(model, version).text(), null);
  }

  static ProducerRecord<byte[], byte[]> record(String topic, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }
}
